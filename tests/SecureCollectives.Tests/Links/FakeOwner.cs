using System.Threading.Channels;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Links;

/// <summary>Owns a link as a loop does, but does not use it.</summary>
internal sealed class FakeOwner(Link first, LinkPositions positions, ulong operation) : ILinkOwner
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Channel<(Link Link, LinkPositions PeerPositions)> _attached = Channel.CreateUnbounded<(Link, LinkPositions)>();
    private readonly TaskCompletionSource<(int Peer, AbortReason Reason, string Why)> _failed = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private Link? _link = first;
    private int _surrenders;

    /// <summary>Gets or sets the positions that this rank claims to have received.</summary>
    public LinkPositions Positions { get; set; } = positions;

    /// <summary>Gets or sets a callback that runs when a link is surrendered, before the positions are returned.</summary>
    public Func<Task> Surrendering { get; set; } = static () => Task.CompletedTask;

    /// <summary>Gets or sets the reason why the owner refuses to surrender links; null if it does not refuse.</summary>
    public string? Ended { get; set; }

    /// <summary>Gets the number of times that the owner has surrendered its link.</summary>
    public int Surrenders => Volatile.Read(ref _surrenders);

    /// <summary>Gets the current link; null while it is surrendered.</summary>
    public Link? Link
    {
        get
        {
            lock (_gate)
            {
                return _link;
            }
        }
    }

    /// <summary>Gets whether a link has been attached that <see cref="AttachedAsync"/> has not returned yet.</summary>
    public bool HasMore => _attached.Reader.TryPeek(out _);

    public Task<(int Peer, AbortReason Reason, string Why)> Failed => _failed.Task.WaitAsync(Limit);

    public bool HasFailed => _failed.Task.IsCompleted;

    public async Task<(Link Link, LinkPositions PeerPositions)> AttachedAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await _attached.Reader.ReadAsync(limit.Token);
    }

    public async Task<SurrenderedLink> SurrenderAsync(int peer, CancellationToken cancellationToken)
    {
        if (Ended is { } why)
        {
            throw new LinkOpenException(why);
        }

        Link? link;
        lock (_gate)
        {
            (link, _link) = (_link, null);
        }

        Interlocked.Increment(ref _surrenders);
        link?.Dispose();
        await Surrendering();
        return new SurrenderedLink(Positions, operation);
    }

    public void Attach(Link link, LinkPositions peerPositions)
    {
        lock (_gate)
        {
            Assert.Null(_link);
            _link = link;
        }

        _attached.Writer.TryWrite((link, peerPositions));
    }

    /// <summary>Gets or sets whether the owner closes an unused link when it is asked to.</summary>
    public bool Releases { get; set; }

    public Task<bool> ReleaseAsync(int peer, TimeSpan unusedFor, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Releases)
            {
                _link?.Dispose();
                _link = null;
            }
        }

        return Task.FromResult(Releases);
    }

    public void FailLink(int peer, AbortReason reason, string why) => _failed.TrySetResult((peer, reason, why));
}
