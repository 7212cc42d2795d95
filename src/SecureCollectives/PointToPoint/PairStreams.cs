using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.PointToPoint;

/// <summary>
/// The streams in one direction between this rank and every other: from the lower rank of each pair to the higher, or the reverse. A
/// stream is a loop with its own link, created when this rank or the peer first needs it. Thread-safe.
/// </summary>
/// <param name="create">Creates the loop of the stream to or from a rank.</param>
internal sealed class PairStreams(Func<int, Loop> create) : ILinkOwner, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Loop> _loops = [];

    /// <summary>Returns the stream to or from a rank.</summary>
    public Loop Of(int peer)
    {
        lock (_gate)
        {
            if (!_loops.TryGetValue(peer, out var loop))
            {
                loop = create(peer);
                _loops.Add(peer, loop);
            }

            return loop;
        }
    }

    public Task<SurrenderedLink> SurrenderAsync(int peer, CancellationToken cancellationToken) =>
        Of(peer).SurrenderAsync(peer, cancellationToken);

    public Task<bool> ReleaseAsync(int peer, TimeSpan unusedFor, CancellationToken cancellationToken)
    {
        Loop? loop;
        lock (_gate)
        {
            _loops.TryGetValue(peer, out loop);
        }

        return loop?.ReleaseAsync(peer, unusedFor, cancellationToken) ?? Task.FromResult(false);
    }

    public void Attach(Link link, LinkPositions peerPositions) => Of(link.Peer).Attach(link, peerPositions);

    public void FailLink(int peer, AbortReason reason, string why) => Of(peer).FailLink(peer, reason, why);

    /// <summary>Waits until all streams have ended; they end with their communicator.</summary>
    public async ValueTask DisposeAsync()
    {
        Loop[] loops;
        lock (_gate)
        {
            loops = [.. _loops.Values];
        }

        await Task.WhenAll(loops.Select(static loop => loop.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}
