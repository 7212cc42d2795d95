namespace SecureCollectives.Bench.Events;

/// <summary>Receives rank 0's events.</summary>
internal interface IEventSink
{
    void Take(BenchEvent happened);
}
