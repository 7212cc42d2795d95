namespace SecureCollectives.Bench.Events;

/// <summary>Takes what rank 0 tells.</summary>
internal interface IEventSink
{
    void Take(BenchEvent happened);
}
