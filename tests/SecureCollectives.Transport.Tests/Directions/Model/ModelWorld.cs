using SecureCollectives.Framing;
using SecureCollectives.Transport.Directions;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>
/// A state of the model: two ranks and their link. The network delivers a prefix of the sent frames. A link may end at any moment, and each
/// rank notices this at a different moment.
/// </summary>
internal sealed class ModelWorld
{
    private readonly Scenario _scenario;
    private readonly PlantedBug _bug;
    private readonly ModelRank[] _ranks;
    private readonly ulong[] _fingerprints;
    private readonly ModelLink _link;

    public ModelWorld(Scenario scenario, PlantedBug bug)
    {
        _scenario = scenario;
        _bug = bug;
        _ranks = [new ModelRank(scenario, 0), new ModelRank(scenario, 1)];
        _fingerprints = [.. _ranks.Select(Model.Fingerprint.Of)];
        _link = new ModelLink(scenario);
        Fingerprint = FingerprintOfAll();
    }

    /// <summary>Creates the world that results from an action.</summary>
    private ModelWorld(ModelWorld before, ModelAction action, StateCopy copy)
    {
        _scenario = before._scenario;
        _bug = before._bug;
        _ranks = [.. before._ranks];
        _fingerprints = [.. before._fingerprints];
        _link = before._link.Copy();

        // An action changes one rank, and only reads the other.
        _ranks[action.Rank] = copy.Of(before._ranks[action.Rank]);
        Do(action);
        _fingerprints[action.Rank] = Model.Fingerprint.Of(_ranks[action.Rank]);
        Fingerprint = FingerprintOfAll();
        Check();
    }

    /// <summary>Represents the state: worlds with the same fingerprint have the same continuations.</summary>
    public ulong Fingerprint { get; }

    public bool IsFinished => Array.TrueForAll(_ranks, rank => rank.IsFinished);

    public Sight Sight => _ranks[0].Sight | _ranks[1].Sight;

    /// <summary>Returns whether an action makes a rank end the link while the other still uses it.</summary>
    public bool IsBreak(ModelAction action) =>
        action.Kind == ModelActionKind.Surrender && _link.StandingOf(1 - action.Rank) != LinkStanding.Surrendered;

    /// <summary>Returns whether an action is possible; it may still have no effect.</summary>
    public bool Allows(ModelAction action)
    {
        var rank = _ranks[action.Rank];
        var standing = _link.StandingOf(action.Rank);
        return action.Kind switch
        {
            ModelActionKind.Begin => rank.CanBegin,
            ModelActionKind.Send => standing == LinkStanding.Open && rank.HasToSend(action.Lane),
            ModelActionKind.Receive =>
                rank.IsRunning
                && (rank.Lanes[action.Lane].Inbound.HasEarly
                    || (standing == LinkStanding.Open && _link.NextTo(action.Rank, action.Lane) is not null)),
            ModelActionKind.End => rank.CanEnd,
            ModelActionKind.Surrender =>
                IsBreak(action) ? standing == LinkStanding.Open && _link.BreaksLeft > 0 : standing != LinkStanding.Surrendered,
            _ => standing == LinkStanding.Offered,
        };
    }

    /// <exception cref="ModelViolationException">The action leads to a forbidden state.</exception>
    public ModelWorld After(ModelAction action, StateCopy copy) => new(this, action, copy);

    private void Do(ModelAction action)
    {
        var rank = _ranks[action.Rank];
        switch (action.Kind)
        {
            case ModelActionKind.Begin:
                rank.Begin();
                return;
            case ModelActionKind.Send when rank.Make(action.Lane, _bug) is { } frame:
                FrameReader.TryReadHeader(frame.Head, out var header);
                _link.Send(action.Rank, action.Lane, rank.Lanes[action.Lane].Key, header.Counter, frame);
                return;
            case ModelActionKind.Receive:
                Receive(action.Rank, action.Lane);
                return;
            case ModelActionKind.End:
                rank.End();
                return;
            case ModelActionKind.Surrender:
                // A rank that never attached the link reports the same positions again.
                if (_link.StandingOf(action.Rank) == LinkStanding.Offered || rank.Surrender(_bug))
                {
                    _link.Surrender(action.Rank);
                }

                return;
            case ModelActionKind.Attach:
                Attach(action.Rank);
                return;
        }
    }

    private void Receive(int rank, int lane)
    {
        if (!_ranks[rank].TryApplyEarly(lane) && _link.StandingOf(rank) == LinkStanding.Open
            && _link.NextTo(rank, lane) is { } frame && _ranks[rank].Take(lane, frame, _bug))
        {
            _link.Taken(rank, lane);
        }
    }

    private void Attach(int rank)
    {
        var told = _ranks[1 - rank].Told;
        var positions = new ulong[_scenario.Lanes];
        for (var lane = 0; lane < positions.Length; lane++)
        {
            var outbound = _ranks[rank].Lanes[lane].Outbound;
            RefuseLies(outbound);
            positions[lane] = Pass(told[_bug == PlantedBug.SwapsPositions ? positions.Length - 1 - lane : lane], outbound);
        }

        _ranks[rank].Attach(_link.Number, positions, _bug);
        _link.Attach(rank);
    }

    /// <summary>Returns the position that a rank is told, which the planted bug may change.</summary>
    private ulong Pass(ulong truth, OutboundDirection to) => _bug switch
    {
        PlantedBug.ResumesLate => Math.Min(truth + 1, to.Made),
        PlantedBug.ResumesEarly => truth > to.Acknowledged ? truth - 1 : truth,
        PlantedBug.LosesPosition => to.Acknowledged,
        _ => truth,
    };

    /// <summary>Checks that impossible positions are refused and change nothing.</summary>
    private static void RefuseLies(OutboundDirection outbound)
    {
        var before = Model.Fingerprint.Of(outbound);
        ulong[] lies = outbound.Acknowledged > 0
            ? [0, outbound.Acknowledged - 1, outbound.Made + 1, ulong.MaxValue] : [outbound.Made + 1, ulong.MaxValue];
        if (Array.Exists(lies, outbound.TryResume) || Model.Fingerprint.Of(outbound) != before)
        {
            throw new ModelViolationException("an impossible position was accepted");
        }
    }

    /// <summary>Checks that the applied position lies between the acknowledged one and the number of frames made.</summary>
    private void Check()
    {
        for (var lane = 0; lane < _scenario.Lanes; lane++)
        {
            for (var receiver = 0; receiver < _ranks.Length; receiver++)
            {
                var outbound = _ranks[1 - receiver].Lanes[lane].Outbound;
                var applied = (ulong)_ranks[receiver].Lanes[lane].Applied;
                if (outbound.Acknowledged > applied || applied > outbound.Made)
                {
                    throw new ModelViolationException(
                        $"{applied} frames were applied, {outbound.Acknowledged} acknowledged, {outbound.Made} made");
                }
            }
        }
    }

    private ulong FingerprintOfAll() => Model.Fingerprint.Of(_link, _fingerprints);
}
