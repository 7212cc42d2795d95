using System.Text.Json;
using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.Bench.Events;

/// <summary>The workers' output at their parent: rank 0's lines are events, everything else is for the user.</summary>
internal sealed class EventOutput(IEventSink sink, IWorkerOutput others) : IWorkerOutput
{
    public async Task CopyOutputAsync(int rank, Stream source, CancellationToken cancellationToken)
    {
        if (rank != 0)
        {
            await others.CopyErrorAsync(rank, source, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var reader = new StreamReader(source);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (Read(line) is { } happened)
                sink.Take(happened);
        }
    }

    public Task CopyErrorAsync(int rank, Stream source, CancellationToken cancellationToken) => others.CopyErrorAsync(rank, source, cancellationToken);

    /// <summary>Null for a line that a worker did not finish before its end.</summary>
    private static BenchEvent? Read(string line)
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
