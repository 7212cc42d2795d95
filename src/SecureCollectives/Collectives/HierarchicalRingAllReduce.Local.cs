using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <content>The ring within the host: reduce-scatter before the rings between hosts, all-gather after them.</content>
internal sealed partial class HierarchicalRingAllReduce
{
    private int LocalSteps => Shape.LocalWorldSize - 1;

    protected override SendTransfer GetLocalSend(long position)
    {
        var (window, gathers, inBlock) = _blocks.Locate(position);
        var place = RoundsOf(window).Locate(inBlock);
        if (!place.Exists)
        {
            return NothingToSend(Phase(gathers));
        }

        var units = UnitsOf(window);
        var unit = gathers ? units.Gathering(place.Unit) : units.Reducing(place.Unit);
        var first = place.Step == 0;
        var (afterFlow, afterPosition, afterCount) = !first ? (LocalFlow, LocalPosition(window, gathers, place.Unit, place.Step - 1), 1)
            : gathers ? AfterTheHosts(window, unit)
            : (-1, 0, 1);
        var localShard = Shape.LocalRank - place.Step + (gathers ? 1 : 0);
        var buffer = first && !gathers ? BufferRole.Input : BufferRole.Output;
        return new SendTransfer(
            FrameKind.Data, Phase(gathers), LocalStep(window, gathers, place), place.Number, InBuffer(buffer, window, localShard, unit),
                afterFlow, afterPosition, afterCount);
    }

    protected override ReceiveTransfer GetLocalReceive(long position)
    {
        var (window, gathers, inBlock) = _blocks.Locate(position);
        var place = RoundsOf(window).Locate(inBlock);
        if (!place.Exists)
        {
            return NothingToReceive(Phase(gathers));
        }

        var units = UnitsOf(window);
        var unit = gathers ? units.Gathering(place.Unit) : units.Reducing(place.Unit);
        var localShard = Shape.LocalRank - place.Step - (gathers ? 0 : 1);
        return new ReceiveTransfer(
            FrameKind.Data,
            Phase(gathers),
            LocalStep(window, gathers, place),
            place.Number,
            gathers ? ReceiveAction.Copy : ReceiveAction.Reduce,
            InBuffer(BufferRole.Input, window, localShard, unit),
            InBuffer(BufferRole.Output, window, localShard, unit));
    }

    /// <summary>
    /// Returns the position in the local flow that completes this host's sum for a chunk of the ring between hosts: the last step of the
    /// unit that contains the chunk.
    /// </summary>
    private long AfterTheHost(in RingPosition at, int shard) =>
        LocalPosition(at.Window, gathers: false, UnitsOf(at.Window).ReducingUnit(shard, at.Chunk), LocalSteps - 1);

    /// <summary>
    /// Returns the positions in the flow between hosts that complete a unit. Each step completes a chunk of one shard, so a unit of several
    /// shards needs several steps.
    /// </summary>
    private (int Flow, long Position, int Count) AfterTheHosts(long window, in LocalUnit unit)
    {
        var completed = UnitsOf(window).CompletedWith(unit);
        var position = _between.PositionOf(window, HostSteps - 2 + completed, unit.Chunk);
        return (HostFlow, position, unit.FirstShard == unit.LastShard ? 1 : completed);
    }

    private long LocalPosition(long window, bool gathers, long unit, int step) =>
        _blocks.StartOf(window, gathers) + RoundsOf(window).PlaceOf(unit, step);

    /// <summary>
    /// Returns the step of a local transfer. A window is gathered while the next one goes between hosts, and shares its step numbers.
    /// </summary>
    private uint LocalStep(long window, bool gathers, in LocalPlace place) =>
        (uint)(gathers ? ((window + 1) * _stepsPerWindow) + _localRounds + place.Round : (window * _stepsPerWindow) + place.Round);

    private Region InBuffer(BufferRole buffer, long window, int localShard, in LocalUnit unit)
    {
        var at = new RingPosition(window, 0, unit.Chunk, 0);
        var firstShard = Shape.AroundLocal(localShard) * Shape.Hosts;
        var (start, _) = _between.Chunk(at, firstShard + unit.FirstShard);
        var (lastStart, lastLength) = _between.Chunk(at, firstShard + unit.LastShard);
        return new Region(buffer, start, (int)(lastStart + lastLength - start));
    }
}
