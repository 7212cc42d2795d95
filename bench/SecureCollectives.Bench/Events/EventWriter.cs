using System.Text.Json;

namespace SecureCollectives.Bench.Events;

/// <summary>Tells a parent process, a line at a time.</summary>
internal sealed class EventWriter(TextWriter output) : IEventSink
{
    public void Take(BenchEvent happened)
    {
        output.WriteLine(JsonSerializer.Serialize(happened, EventContext.Default.BenchEvent));
        output.Flush();
    }
}
