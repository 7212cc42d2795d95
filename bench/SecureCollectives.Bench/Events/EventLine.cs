using System.Text.Json;

namespace SecureCollectives.Bench.Events;

/// <summary>A line of rank 0's output, which is an event.</summary>
internal static class EventLine
{
    /// <summary>Null for a line that a worker did not finish before its end.</summary>
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
