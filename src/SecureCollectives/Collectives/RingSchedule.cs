using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Base class of the ring collectives: every rank sends to the next rank and receives from the previous one. Each step except the first
/// sends what the previous step received.
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

    /// <summary>Wraps a rank or shard number around the ring.</summary>
    protected int Around(int number) => RingNumber.Around(number, WorldSize);
}
