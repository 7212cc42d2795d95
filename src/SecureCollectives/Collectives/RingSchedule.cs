using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// What the ring collectives share: every rank sends to the next rank and receives from the previous one, and what is sent at a step (but
/// the first) is what was received at the step before.
/// </summary>
internal abstract class RingSchedule : Schedule
{
    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    protected RingSchedule(int rank, int worldSize, OperationDescriptor descriptor, long transfers)
    {
        Rank = rank;
        WorldSize = worldSize;
        Descriptor = descriptor;
        _sends = worldSize == 1 ? [] : [new Flow((rank + 1) % worldSize, transfers)];
        _receives = worldSize == 1 ? [] : [new Flow((rank + worldSize - 1) % worldSize, transfers)];
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    protected int Rank { get; }

    protected int WorldSize { get; }

    /// <summary>A rank or shard number, counted around the ring.</summary>
    protected int Around(int number) => RingNumber.Around(number, WorldSize);
}
