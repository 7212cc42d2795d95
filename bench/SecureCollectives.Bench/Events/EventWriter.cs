using System.Text.Json;

namespace SecureCollectives.Bench.Events;

/// <summary>Writes events to the parent process, one per line.</summary>
internal sealed class EventWriter(TextWriter output) : IEventSink
{
    public void Take(BenchEvent happened)
    {
        output.WriteLine(JsonSerializer.Serialize(happened, EventContext.Default.BenchEvent));
        output.Flush();
    }
}
