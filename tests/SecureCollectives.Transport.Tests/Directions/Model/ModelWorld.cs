using SecureCollectives.Transport.Directions;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>
/// A state of the model: two ranks, the frames between them, and the link that they have or are about to have. The network delivers a prefix of what was sent; a link may end at
/// any moment, and each rank notices when it does.
/// </summary>
internal sealed class ModelWorld
{
    private readonly Scenario _scenario;
    private readonly PlantedBug _bug;

    /// <summary>Frames to a rank on a lane; replaced, never changed.</summary>
    private readonly ModelFrame[][] _underWay;

    /// <summary>By link, lane and sender: the counters below this one are used up.</summary>
    private readonly ulong[] _usedCounters;

    private int _link;
    private int _breaksLeft;

    public ModelWorld(Scenario scenario, PlantedBug bug)
    {
        _scenario = scenario;
        _bug = bug;
        _breaksLeft = scenario.Breaks;
        _underWay = [.. Enumerable.Repeat<ModelFrame[]>([], 2 * scenario.Lanes)];
        _usedCounters = new ulong[2 * scenario.Lanes * (scenario.Breaks + 1)];
        Ranks = [new ModelRank(scenario, 0), new ModelRank(scenario, 1)];
    }

    public ModelRank[] Ranks { get; }

    public bool IsFinished => Array.TrueForAll(Ranks, rank => rank.IsFinished);

    /// <summary>Whether a rank, while nobody else does anything, would end its link of itself.</summary>
    public bool IsBreak(ModelAction action) => action.Kind == ModelActionKind.Surrender && Ranks[1 - action.Rank].Standing != LinkStanding.Surrendered;

    /// <summary>Whether a look is worth the trouble; what <see cref="Do"/> then does may still be nothing.</summary>
    public bool Allows(ModelAction action)
    {
        var rank = Ranks[action.Rank];
        return action.Kind switch
        {
            ModelActionKind.Begin => rank.CanBegin,
            ModelActionKind.Send => rank.CanSend(action.Lane),
            ModelActionKind.Receive =>
                rank.IsRunning && (rank.Lanes[action.Lane].Inbound.HasEarly || (rank.Standing == LinkStanding.Open && UnderWay(action.Rank, action.Lane).Length > 0)),
            ModelActionKind.End => rank.CanEnd,
            ModelActionKind.Surrender => IsBreak(action) ? rank.Standing == LinkStanding.Open && _breaksLeft > 0 : rank.Standing != LinkStanding.Surrendered,
            _ => rank.Standing == LinkStanding.Offered,
        };
    }

    /// <exception cref="ModelViolationException">It has come to what must not be.</exception>
    public void Do(ModelAction action)
    {
        switch (action.Kind)
        {
            case ModelActionKind.Begin:
                Ranks[action.Rank].Begin();
                break;
            case ModelActionKind.Send:
                Send(action.Rank, action.Lane);
                break;
            case ModelActionKind.Receive:
                Receive(action.Rank, action.Lane);
                break;
            case ModelActionKind.End:
                Ranks[action.Rank].End();
                break;
            case ModelActionKind.Surrender:
                Surrender(action);
                break;
            default:
                Attach(action.Rank);
                break;
        }

        foreach (var receiver in new[] { 0, 1 })
        {
            for (var lane = 0; lane < _scenario.Lanes; lane++)
            {
                Check(Ranks[1 - receiver].Lanes[lane].Outbound, Ranks[receiver].Lanes[lane]);
            }
        }
    }

    private ref ModelFrame[] UnderWay(int receiver, int lane) => ref _underWay[(receiver * _scenario.Lanes) + lane];

    private void Send(int rank, int lane)
    {
        var end = Ranks[rank].Lanes[lane];
        if (Ranks[rank].Make(lane, _bug) is not { } frame)
        {
            return;
        }

        Framing.FrameReader.TryReadHeader(frame.Head, out var header);
        ref var used = ref _usedCounters[(((end.Key.Link * _scenario.Lanes) + lane) * 2) + rank];
        if (header.Counter < used)
        {
            throw new ModelViolationException($"rank {rank} used counter {header.Counter} of {end.Key} twice");
        }

        used = header.Counter + 1;
        if (Ranks[1 - rank].Standing != LinkStanding.Surrendered)
        {
            ref var frames = ref UnderWay(1 - rank, lane);
            frames = [.. frames, frame];
        }
    }

    private void Receive(int rank, int lane)
    {
        if (Ranks[rank].TryApplyEarly(lane))
        {
            return;
        }

        ref var frames = ref UnderWay(rank, lane);
        if (Ranks[rank].Standing == LinkStanding.Open && frames.Length > 0 && Ranks[rank].Take(lane, frames[0], _bug))
        {
            frames = frames[1..];
        }
    }

    private void Surrender(ModelAction action)
    {
        var rank = Ranks[action.Rank];
        if (rank.Standing == LinkStanding.Offered)
        {
            // What it has told once, it tells again.
            rank.Standing = LinkStanding.Surrendered;
        }
        else
        {
            _breaksLeft -= IsBreak(action) && !rank.ReceivesBeyondTold ? 1 : 0;
            rank.Surrender(_bug);
        }

        if (rank.Standing != LinkStanding.Surrendered)
        {
            return;
        }

        for (var lane = 0; lane < _scenario.Lanes; lane++)
        {
            UnderWay(action.Rank, lane) = [];
        }

        if (Array.TrueForAll(Ranks, each => each.Standing == LinkStanding.Surrendered))
        {
            _link++;
            Array.ForEach(Ranks, each => each.Standing = LinkStanding.Offered);
        }
    }

    private void Attach(int rank)
    {
        var peer = Ranks[1 - rank];
        for (var lane = 0; lane < _scenario.Lanes; lane++)
        {
            RefusesLies(Ranks[rank].Lanes[lane].Outbound);
        }

        var positions = new ulong[_scenario.Lanes];
        for (var lane = 0; lane < positions.Length; lane++)
        {
            positions[lane] = Pass(peer.Told[_bug == PlantedBug.SwapsPositions ? positions.Length - 1 - lane : lane], Ranks[rank].Lanes[lane].Outbound);
        }

        Ranks[rank].Attach(_link, positions, _bug);
    }

    /// <summary>What a rank gets to know of a position.</summary>
    private ulong Pass(ulong truth, OutboundDirection to) => _bug switch
    {
        PlantedBug.ResumesLate => Math.Min(truth + 1, to.Made),
        PlantedBug.ResumesEarly => truth > to.Acknowledged ? truth - 1 : truth,
        PlantedBug.LosesPosition => to.Acknowledged,
        _ => truth,
    };

    /// <summary>Positions that cannot be are refused, and change nothing.</summary>
    private static void RefusesLies(OutboundDirection outbound)
    {
        var before = Fingerprint.Of(outbound);
        ulong[] lies = outbound.Acknowledged > 0 ? [0, outbound.Acknowledged - 1, outbound.Made + 1, ulong.MaxValue] : [outbound.Made + 1, ulong.MaxValue];
        if (Array.Exists(lies, outbound.TryResume) || Fingerprint.Of(outbound) != before)
        {
            throw new ModelViolationException("a position that cannot be was taken");
        }
    }

    /// <summary>What a sender knows lies between what is acknowledged and what was made, and never beyond the truth.</summary>
    private static void Check(OutboundDirection outbound, ModelLane receiver)
    {
        if (outbound.Acknowledged > (ulong)receiver.Applied || (ulong)receiver.Applied > outbound.Made)
        {
            throw new ModelViolationException($"{receiver.Applied} frames were applied, {outbound.Acknowledged} acknowledged, {outbound.Made} made");
        }
    }
}
