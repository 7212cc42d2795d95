using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.Bench.World;

/// <summary>The workers' output at their parent: rank 0 speaks for all, and what the others say goes to the error stream.</summary>
/// <param name="take">Takes rank 0's lines.</param>
/// <param name="others">Everything else.</param>
internal sealed class FirstRankOutput(Action<string> take, IWorkerOutput others) : IWorkerOutput
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
            take(line);
        }
    }

    public Task CopyErrorAsync(int rank, Stream source, CancellationToken cancellationToken) =>
        others.CopyErrorAsync(rank, source, cancellationToken);
}
