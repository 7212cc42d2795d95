namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// What is still to happen, in the order of time; at one time in the order in which it was added, so that a simulation always ends alike.
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
