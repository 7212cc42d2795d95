using System.Diagnostics;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Visits every reachable state of a scenario once, depth first.</summary>
internal sealed class Explorer
{
    private readonly ModelAction[] _actions;
    private readonly ModelWorld _first;
    private readonly HashSet<ulong> _known = [];
    private readonly StateCopy _copy = new();
    private readonly List<ModelAction> _way = [];
    private int _ends;
    private Sight _sight;

    public Explorer(Scenario scenario, PlantedBug bug = PlantedBug.None)
    {
        _first = new ModelWorld(scenario, bug);
        int[] ranks = [0, 1];
        _actions =
        [
            .. ranks.SelectMany(rank => Enumerable.Range(0, scenario.Lanes).SelectMany(lane => new[]
            {
                new ModelAction(ModelActionKind.Send, rank, lane), new ModelAction(ModelActionKind.Receive, rank, lane),
            })),
            .. ranks.SelectMany(
                rank => new[] { ModelActionKind.Begin, ModelActionKind.End, ModelActionKind.Surrender, ModelActionKind.Attach }
                .Select(kind => new ModelAction(kind, rank))),
        ];
    }

    public Exploration Run()
    {
        string? violation = null;
        try
        {
            _known.Add(_first.Fingerprint);
            Visit(_first);
        }
        catch (Exception exception) when (exception is ModelViolationException or UnreachableException)
        {
            violation = $"{exception.Message}, after {string.Join(", ", _way)}";
        }

        return new Exploration(_known.Count, _ends, _sight, violation);
    }

    private void Visit(ModelWorld world)
    {
        var goesOn = world.IsFinished;
        _ends += goesOn ? 1 : 0;
        _sight |= world.Sight;
        foreach (var action in _actions)
        {
            if (!world.Allows(action))
            {
                continue;
            }

            _way.Add(action);
            var next = world.After(action, _copy);

            // A state in which only breaking the link would make progress is a deadlock.
            goesOn |= next.Fingerprint != world.Fingerprint && !world.IsBreak(action);
            if (_known.Add(next.Fingerprint))
            {
                Visit(next);
            }

            _way.RemoveAt(_way.Count - 1);
        }

        if (!goesOn)
        {
            throw new ModelViolationException("both ranks wait forever");
        }
    }
}
