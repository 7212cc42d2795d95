namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// A host's cores, and the ranks that wait for one in the order in which they found work. A rank keeps its core while it has work, as a loop does, which
/// gives the processor up only when nothing moved.
/// </summary>
internal sealed class SimulatedHost(Cluster cluster)
{
    private const int Nobody = -1;

    private readonly int[] _lastRanks = Enumerable.Repeat(Nobody, cluster.CoresPerHost).ToArray();
    private readonly bool[] _busy = new bool[cluster.CoresPerHost];
    private readonly Queue<int> _waiting = new();

    public SimulatedInterface? Outbound { get; } = cluster.Wire is { } wire ? new SimulatedInterface(wire) : null;

    public SimulatedInterface? Inbound { get; } = cluster.Wire is { } wire ? new SimulatedInterface(wire) : null;

    /// <summary>Gives a rank a core, or has it wait for one.</summary>
    /// <returns>The core; null where the rank waits.</returns>
    public GivenCore? Request(int rank)
    {
        var core = Free(rank);
        if (core >= 0)
            return Occupy(core, rank);
        _waiting.Enqueue(rank);
        return null;
    }

    /// <summary>Takes a core back and passes it on.</summary>
    /// <returns>The rank that waited longest and now has it; null where none waits.</returns>
    public (int Rank, GivenCore Core)? Release(int core)
    {
        _busy[core] = false;
        return _waiting.TryDequeue(out var rank) ? (rank, Occupy(core, rank)) : null;
    }

    private GivenCore Occupy(int core, int rank)
    {
        var last = _lastRanks[core];
        _lastRanks[core] = rank;
        _busy[core] = true;
        return new GivenCore(core, last != Nobody && last != rank);
    }

    /// <summary>The core that the rank had last, else one that nobody had, else any.</summary>
    private int Free(int rank)
    {
        var best = -1;
        for (var core = 0; core < _busy.Length; core++)
        {
            if (_busy[core])
                continue;
            if (_lastRanks[core] == rank)
                return core;
            if (best < 0 || (_lastRanks[core] == Nobody && _lastRanks[best] != Nobody))
                best = core;
        }

        return best;
    }
}
