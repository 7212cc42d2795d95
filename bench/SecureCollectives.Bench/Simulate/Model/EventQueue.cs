namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// Pending events in time order. Events at the same time keep the order in which they were added, so that a simulation is deterministic.
/// </summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<SimulationEvent, (double Time, long Number)> _events = new();
    private long _added;

    public void Add(double time, in SimulationEvent happens) => _events.Enqueue(happens, (time, _added++));

    public bool TryTake(out SimulationEvent happens, out double time)
    {
        var taken = _events.TryDequeue(out happens, out var priority);
        time = priority.Time;
        return taken;
    }
}
