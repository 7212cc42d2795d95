using System.Text.Json;

namespace SecureCollectives.Bench.Events;

/// <summary>Parses a line of rank 0's output.</summary>
internal static class EventLine
{
    /// <summary>Returns the event, or null for a line that was cut off when the worker died.</summary>
    public static BenchEvent? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, EventContext.Default.BenchEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
