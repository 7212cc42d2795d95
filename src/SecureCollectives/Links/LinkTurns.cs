using System.Collections.Concurrent;

namespace SecureCollectives.Links;

/// <summary>
/// Limits a communicator to one attempt at a time to replace a link to a peer. Its channels lose their links together, and a peer admits
/// only a limited number of unauthenticated connections at once. Thread-safe.
/// </summary>
internal sealed class LinkTurns
{
    private readonly ConcurrentDictionary<int, SemaphoreSlim> _turns = new();

    /// <summary>Waits for a turn to replace a link to a peer.</summary>
    /// <returns>The turn, which ends when it is disposed.</returns>
    public async Task<IDisposable> TakeAsync(int peer, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(peer, static _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
