using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.Bench.World;

/// <summary>
/// Receives the workers' output in the parent process. Rank 0 reports for all; the others' output goes to standard error.
/// </summary>
/// <param name="take">Receives rank 0's lines.</param>
/// <param name="others">Receives everything else.</param>
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
