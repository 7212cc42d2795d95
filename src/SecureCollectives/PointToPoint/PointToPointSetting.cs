using SecureCollectives.Transport.Loops;

namespace SecureCollectives.PointToPoint;

/// <summary>What the pairs of a communicator have in common.</summary>
/// <param name="To">The stream to a rank of the job.</param>
/// <param name="From">The stream from it.</param>
/// <param name="Abort">Fails the communicator.</param>
/// <param name="ChunkBytes">Bytes of a chunk.</param>
/// <param name="Timeout">Time limit of a call.</param>
/// <param name="Clock">Tells the time.</param>
internal sealed record PointToPointSetting(
    Func<int, Loop> To, Func<int, Loop> From, Action<OperationFailure> Abort, int ChunkBytes, TimeSpan Timeout, TimeProvider Clock)
{
    /// <summary>When a call that begins now must have met its other half.</summary>
    public long Deadline => Clock.Deadline(Timeout);

    /// <summary>What is left until a deadline; nothing where it has passed.</summary>
    public TimeSpan Left(long deadline)
    {
        var left = Clock.GetElapsedTime(Clock.GetTimestamp(), deadline);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
