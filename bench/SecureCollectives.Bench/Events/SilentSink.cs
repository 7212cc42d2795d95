namespace SecureCollectives.Bench.Events;

/// <summary>Ranks other than 0 have nothing to tell.</summary>
internal sealed class SilentSink : IEventSink
{
    public void Take(BenchEvent happened)
    {
    }
}
