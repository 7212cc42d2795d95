using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// AllGather around two rings: each rank's shard goes around the ring between hosts, and each rank forwards the shards that it receives
/// there, and its own, around the local ring. Every shard thus enters each host only once, and the local ring can start with the first
/// shard.
/// </summary>
/// <remarks>
/// With H hosts of L ranks, rank l of host h sends the shard of rank l of host h - s at step s of the ring between hosts, and receives that
/// of host h - s - 1. The units of the local ring are the chunks of shards in the order in which they reach a host: those of host h itself,
/// then those of host h - 1, and so on. At local step s, rank l sends the chunk that rank l - s of its host contributed, and receives that
/// of rank l - s - 1. Windows are cut from the shards, as for the ring.
/// </remarks>
internal sealed class HierarchicalRingAllGather : HierarchicalSchedule
{
    /// <summary>Numbers the transfers between hosts.</summary>
    private readonly RingPartition _between;

    /// <summary>Numbers the units: like the transfers between hosts, with the rank's own shard as an additional first step.</summary>
    private readonly RingPartition _units;

    private readonly LocalRounds _rounds;
    private readonly long _shardBytes;

    /// <param name="shape">This rank's place in the local ring and in the ring between hosts.</param>
    /// <param name="descriptor">Describes the call; the same on all ranks.</param>
    /// <param name="elements">The number and size of the elements of one rank's shard.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
    /// <param name="sliceBytes">The maximum length in bytes of each rank's part of a window, rounded down to whole elements.</param>
    /// <param name="part">The elements of each shard that this schedule moves: one channel's. Null for all.</param>
    public HierarchicalRingAllGather(
        HierarchicalShape shape, OperationDescriptor descriptor, Elements elements, int chunkBytes,
            int sliceBytes = RingPartition.SliceBytes,
            ElementRange? part = null)
        : this(
            shape,
            descriptor,
            new RingPartition(part ?? elements.Range, elements.Size, 1, shape.Hosts - 1, chunkBytes, sliceBytes),
            new RingPartition(part ?? elements.Range, elements.Size, 1, shape.Hosts, chunkBytes, sliceBytes)) =>
        _shardBytes = elements.Bytes;

    private HierarchicalRingAllGather(HierarchicalShape shape, OperationDescriptor descriptor, RingPartition between, RingPartition units)
        : this(shape, descriptor, between, units, new LocalRounds(units.Transfers, shape.LocalWorldSize - 1))
    {
    }

    private HierarchicalRingAllGather(
        HierarchicalShape shape, OperationDescriptor descriptor, RingPartition between, RingPartition units, LocalRounds rounds)
        : base(shape, descriptor, rounds.Places, between.Transfers)
    {
        _between = between;
        _units = units;
        _rounds = rounds;
    }

    protected override SendTransfer GetLocalSend(long position)
    {
        var place = _rounds.Locate(position);
        if (!place.Exists)
        {
            return NothingToSend(FramePhase.AllGather);
        }

        var unit = _units.Locate(place.Unit);
        var own = place.Step == 0 && unit.Step == 0;
        var (afterFlow, afterPosition) = own ? (-1, 0)
            : place.Step == 0 ? (HostFlow, _between.PositionOf(unit.Window, unit.Step - 1, unit.Chunk))
            : (LocalFlow, _rounds.PlaceOf(place.Unit, place.Step - 1));
        var source = own ? InInput(unit) : InOutput(unit, Shape.LocalRank - place.Step);
        return new SendTransfer(FrameKind.Data, FramePhase.AllGather, StepOf(place), place.Number, source, afterFlow, afterPosition);
    }

    protected override ReceiveTransfer GetLocalReceive(long position)
    {
        var place = _rounds.Locate(position);
        return place.Exists
            ? Copy(StepOf(place), place.Number, InOutput(_units.Locate(place.Unit), Shape.LocalRank - place.Step - 1))
            : NothingToReceive(FramePhase.AllGather);
    }

    protected override SendTransfer GetHostSend(long position)
    {
        var at = _between.Locate(position);
        var first = at.Step == 0;
        var place = InOutput(at, Shape.LocalRank);
        return new SendTransfer(
            FrameKind.Data,
            FramePhase.AllGather,
            StepOf(at),
            (uint)at.Chunk,
            first ? InInput(at) : place,
            first ? -1 : HostFlow,
            position - at.ChunksPerShard,
            KeptAt: first ? place.Offset : -1);
    }

    protected override ReceiveTransfer GetHostReceive(long position)
    {
        var at = _between.Locate(position);
        return Copy(StepOf(at), (uint)at.Chunk, InOutput(at with { Step = at.Step + 1 }, Shape.LocalRank));
    }

    /// <summary>Returns the step of a transfer between hosts: the number of the unit that it becomes.</summary>
    private uint StepOf(in RingPosition between) => (uint)_units.PositionOf(between.Window, between.Step + 1, between.Chunk);

    /// <summary>
    /// Returns the step of a local transfer: it is above the unit's number, which is the step of its arrival, and increases by one with
    /// each local step.
    /// </summary>
    private static uint StepOf(in LocalPlace place) => (uint)(place.Round + 1);

    private static ReceiveTransfer Copy(uint step, uint chunk, Region target) =>
        new(FrameKind.Data, FramePhase.AllGather, step, chunk, ReceiveAction.Copy, default, target);

    private Region InInput(in RingPosition unit)
    {
        var (offset, length) = _units.Chunk(unit, 0);
        return new Region(BufferRole.Input, offset, length);
    }

    /// <summary>
    /// Returns the region of a unit's chunk in the output: in the shard of the given local rank on the host that the unit comes from.
    /// </summary>
    private Region InOutput(in RingPosition unit, int localRank)
    {
        var (offset, length) = _units.Chunk(unit, 0);
        return new Region(BufferRole.Output, (Shape.RankOf(Shape.Host - unit.Step, localRank) * _shardBytes) + offset, length);
    }
}
