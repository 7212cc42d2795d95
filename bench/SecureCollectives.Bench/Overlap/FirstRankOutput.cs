using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.Bench.Overlap;

/// <summary>The workers' output at their parent: rank 0 speaks for all, and what the others say goes to the error stream.</summary>
internal sealed class FirstRankOutput(TextWriter output, IWorkerOutput others) : IWorkerOutput
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
            await output.WriteLineAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
    }

    public Task CopyErrorAsync(int rank, Stream source, CancellationToken cancellationToken) => others.CopyErrorAsync(rank, source, cancellationToken);
}
