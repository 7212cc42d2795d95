using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <content>
/// The ring between the ranks with the same local rank on all hosts. It works like the ring of all ranks, except that its input is the
/// result of the local ring's reduce-scatter.
/// </content>
internal sealed partial class HierarchicalRingAllReduce
{
    private int HostSteps => Shape.Hosts - 1;

    protected override SendTransfer GetHostSend(long position)
    {
        var at = _between.Locate(position);
        var gathers = at.Step >= HostSteps;
        var shard = Shape.AroundHosts(gathers ? Shape.Host + 1 - (at.Step - HostSteps) : Shape.Host - at.Step);
        var (afterFlow, afterPosition) = at.Step == 0 ? (LocalFlow, AfterTheHost(at, shard)) : (HostFlow, position - at.ChunksPerShard);
        return new SendTransfer(
            FrameKind.Data, Phase(gathers), HostStep(at), (uint)at.Chunk, OwnShard(at, shard), afterFlow, afterPosition);
    }

    protected override ReceiveTransfer GetHostReceive(long position)
    {
        var at = _between.Locate(position);
        var gathers = at.Step >= HostSteps;
        var shard = Shape.AroundHosts(gathers ? Shape.Host - (at.Step - HostSteps) : Shape.Host - at.Step - 1);
        var region = OwnShard(at, shard);
        var transfer = new ReceiveTransfer(
            FrameKind.Data, Phase(gathers), HostStep(at), (uint)at.Chunk, ReceiveAction.Copy, region, region);
        return gathers ? transfer : transfer with
        {
            Action = at.Step == HostSteps - 1 ? ReceiveAction.ReduceAndFinish : ReceiveAction.Reduce,
            AfterFlow = LocalFlow,
            AfterPosition = AfterTheHost(at, shard),
        };
    }

    private uint HostStep(in RingPosition at) => (uint)((at.Window * _stepsPerWindow) + _localRounds + at.Step);

    /// <summary>Returns a chunk of the local shard that this rank reduces for its host.</summary>
    private Region OwnShard(in RingPosition at, int shard)
    {
        var (offset, length) = _between.Chunk(at, (Shape.AroundLocal(Shape.LocalRank + 1) * Shape.Hosts) + shard);
        return new Region(BufferRole.Output, offset, length);
    }
}
