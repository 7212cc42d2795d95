using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>A rank of the model: its operations and its end of the link.</summary>
internal sealed class ModelRank
{
    private readonly Scenario _scenario;
    private readonly int _rank;
    private readonly AppliedPositions _applied;
    private readonly ulong[] _told;

    public ModelRank(Scenario scenario, int rank)
    {
        _scenario = scenario;
        _rank = rank;
        _applied = new AppliedPositions(scenario.Lanes, 1);
        _told = new ulong[scenario.Lanes];
        Lanes = [.. Enumerable.Range(0, scenario.Lanes).Select(lane => new ModelLane(scenario, rank, lane))];
    }

    public ModelLane[] Lanes { get; }

    /// <summary>The number of completed operations, which is also the index of the current or next one.</summary>
    public int Done { get; private set; }

    public bool IsRunning { get; private set; }

    public bool IsFinished => Done == _scenario.Operations;

    public bool CanBegin => !IsRunning && !IsFinished;

    public bool CanEnd => IsRunning && Lanes.Take(_scenario.ActiveLanes(Done)).All(lane => lane.IsComplete);

    /// <summary>The positions that the rank has reported, by lane.</summary>
    public ReadOnlySpan<ulong> Told => _told;

    /// <summary>Whether the rank continues to receive after it has reported its positions, which is a bug.</summary>
    public bool ReceivesBeyondTold { get; private set; }

    /// <summary>What the current state shows.</summary>
    public Sight Sight => Lanes.Aggregate(Sight.None, (sight, lane) => sight
        | (lane.Inbound.HasEarly ? Sight.EarlyMessage : 0)
        | (lane.Outbound.LacksRoom ? Sight.LackOfRoom : 0)
        | (!lane.Outbound.HasBacklog ? 0 : IsRunning ? Sight.Backlog : Sight.BacklogAtRest));

    public bool HasToSend(int lane) => IsRunning || Lanes[lane].Outbound.HasBacklog;

    public void Begin()
    {
        IsRunning = true;
        var schedule = _scenario.ScheduleOf(_rank, Done);
        for (var lane = 0; lane < Lanes.Length; lane++)
        {
            Lanes[lane].Outbound.Rest();
            Lanes[lane].Inbound.Rest((ulong)Done);
            if (lane < _scenario.ActiveLanes(Done))
            {
                _applied.Set(0, lane, Lanes[lane].Inbound.Cursor);
                Lanes[lane].Outbound.Begin(schedule, 0);
                Lanes[lane].Inbound.Begin((ulong)Done, schedule, 0);
            }
        }
    }

    public void End()
    {
        IsRunning = false;
        Done++;
    }

    public ModelFrame? Make(int lane, PlantedBug bug) => Lanes[lane].Make(IsRunning ? Done : _scenario.Operations, _applied, bug);

    public bool TryApplyEarly(int lane) => Lanes[lane].TryApplyEarly(Done, _applied);

    public bool Take(int lane, ModelFrame frame, PlantedBug bug) => Lanes[lane].Take(frame, Done, _applied, bug);

    /// <summary>Stops using the link and reports the positions.</summary>
    /// <returns>Whether it did both, as it must.</returns>
    public bool Surrender(PlantedBug bug)
    {
        if (bug == PlantedBug.KeepsOldOpener && !ReceivesBeyondTold)
        {
            ReceivesBeyondTold = true;
            for (var lane = 0; lane < Lanes.Length; lane++)
            {
                _told[lane] = Lanes[lane].Inbound.Applied;
            }

            return false;
        }

        for (var lane = 0; lane < Lanes.Length; lane++)
        {
            var end = Lanes[lane];
            var early = bug == PlantedBug.KeepsEarlyMessage && end.Inbound.HasEarly ? end.Inbound.TakeEarly().ToArray() : null;
            var position = end.Inbound.Stop();
            _told[lane] = ReceivesBeyondTold ? _told[lane] : position;
            if (early is not null)
            {
                end.Inbound.KeepEarly(early);
            }

            if (bug == PlantedBug.TakesLostForAcknowledged)
            {
                end.Outbound.TryAcknowledge(end.Outbound.Made, end.Outbound.Made);
            }
        }

        ReceivesBeyondTold = false;
        return true;
    }

    /// <summary>Continues over a new link.</summary>
    /// <param name="link">The number of the link.</param>
    /// <param name="positions">The positions that the peer has applied, by lane.</param>
    /// <param name="bug">The planted bug.</param>
    public void Attach(int link, ReadOnlySpan<ulong> positions, PlantedBug bug)
    {
        for (var lane = 0; lane < Lanes.Length; lane++)
        {
            if (!Lanes[lane].Outbound.TryResume(positions[lane]))
            {
                throw new ModelViolationException($"rank {_rank} refused position {positions[lane]} on lane {lane}");
            }

            Lanes[lane].Rekey(bug == PlantedBug.ReusesKeys ? 0 : link, bug == PlantedBug.KeepsOldSealer);
        }
    }
}
