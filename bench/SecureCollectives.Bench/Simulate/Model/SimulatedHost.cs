namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// A host's cores, and the loops of its ranks that wait for a core, in the order in which they found work. A loop keeps its core while it
/// has work: it yields the processor only when nothing moved.
/// </summary>
internal sealed class SimulatedHost(Cluster cluster)
{
    private const int Nobody = -1;

    private readonly int[] _lastLoops = Enumerable.Repeat(Nobody, cluster.CoresPerHost).ToArray();
    private readonly bool[] _busy = new bool[cluster.CoresPerHost];
    private readonly Queue<int> _waiting = new();

    public SimulatedInterface? Outbound { get; } = cluster.Wire is { } wire ? new SimulatedInterface(wire) : null;

    public SimulatedInterface? Inbound { get; } = cluster.Wire is { } wire ? new SimulatedInterface(wire) : null;

    /// <summary>Assigns a core to a loop, or queues the loop.</summary>
    /// <returns>The core; null if the loop has to wait.</returns>
    public GivenCore? Request(int loop)
    {
        var core = Free(loop);
        if (core >= 0)
        {
            return Occupy(core, loop);
        }

        _waiting.Enqueue(loop);
        return null;
    }

    /// <summary>Releases a core and assigns it to the next waiting loop.</summary>
    /// <returns>The loop that waited longest and now has the core; null if none waits.</returns>
    public (int Loop, GivenCore Core)? Release(int core)
    {
        _busy[core] = false;
        return _waiting.TryDequeue(out var loop) ? (loop, Occupy(core, loop)) : null;
    }

    private GivenCore Occupy(int core, int loop)
    {
        var last = _lastLoops[core];
        _lastLoops[core] = loop;
        _busy[core] = true;
        return new GivenCore(core, last != Nobody && last != loop);
    }

    /// <summary>
    /// Returns a free core: preferably the loop's last one, then one that no loop has used, then any; -1 if all are busy.
    /// </summary>
    private int Free(int loop)
    {
        var best = -1;
        for (var core = 0; core < _busy.Length; core++)
        {
            if (_busy[core])
            {
                continue;
            }

            if (_lastLoops[core] == loop)
            {
                return core;
            }

            if (best < 0 || (_lastLoops[core] == Nobody && _lastLoops[best] != Nobody))
            {
                best = core;
            }
        }

        return best;
    }
}
