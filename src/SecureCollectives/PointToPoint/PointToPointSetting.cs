using SecureCollectives.Transport.Loops;

namespace SecureCollectives.PointToPoint;

/// <summary>The setting that all pairs of a communicator share.</summary>
/// <param name="To">Returns the stream to a rank of the job.</param>
/// <param name="From">Returns the stream from a rank of the job.</param>
/// <param name="Abort">Aborts the communicator.</param>
/// <param name="ChunkBytes">Bytes per chunk.</param>
/// <param name="Timeout">The time limit of a call.</param>
/// <param name="Clock">The clock of deadlines.</param>
internal sealed record PointToPointSetting(
    Func<int, Loop> To, Func<int, Loop> From, Action<OperationFailure> Abort, int ChunkBytes, TimeSpan Timeout, TimeProvider Clock)
{
    /// <summary>The time by which a call made now must have been matched.</summary>
    public long Deadline => Clock.Deadline(Timeout);

    /// <summary>Returns the time until a deadline; zero if it has passed.</summary>
    public TimeSpan Left(long deadline)
    {
        var left = Clock.GetElapsedTime(Clock.GetTimestamp(), deadline);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
