namespace SecureCollectives.Bench.Events;

/// <summary>Discards events; used by the ranks other than 0.</summary>
internal sealed class SilentSink : IEventSink
{
    public void Take(BenchEvent happened)
    {
    }
}
