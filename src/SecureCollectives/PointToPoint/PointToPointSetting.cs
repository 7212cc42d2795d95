using SecureCollectives.Transport.Loops;

namespace SecureCollectives.PointToPoint;

/// <summary>The settings that all pairs of a communicator share.</summary>
/// <param name="To">Returns the stream to a rank of the job.</param>
/// <param name="From">Returns the stream from a rank of the job.</param>
/// <param name="Abort">Aborts the communicator, on all ranks, with the given failure.</param>
/// <param name="ChunkBytes">The maximum number of bytes per chunk.</param>
/// <param name="Timeout">The time limit for matching a call, and again for moving its data.</param>
/// <param name="Clock">The clock whose timestamps are the calls' deadlines.</param>
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
