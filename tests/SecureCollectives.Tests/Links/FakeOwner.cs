using System.Threading.Channels;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Links;

/// <summary>Owns a link as a loop does, and uses it for nothing.</summary>
internal sealed class FakeOwner(Link first, LinkPositions positions, ulong operation) : ILinkOwner
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Channel<(Link Link, LinkPositions PeerPositions)> _attached = Channel.CreateUnbounded<(Link, LinkPositions)>();
    private readonly TaskCompletionSource<(int Peer, AbortReason Reason, string Why)> _failed = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private Link? _link = first;
    private int _surrenders;

    /// <summary>What this rank says it has received.</summary>
    public LinkPositions Positions { get; set; } = positions;

    /// <summary>Happens when a link is surrendered, before the answer.</summary>
    public Func<Task> Surrendering { get; set; } = static () => Task.CompletedTask;

    /// <summary>Why it surrenders nothing any more.</summary>
    public string? Ended { get; set; }

    /// <summary>How often it was asked to.</summary>
    public int Surrenders => Volatile.Read(ref _surrenders);

    /// <summary>The link that it has; null while it was surrendered.</summary>
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

    /// <summary>Links that were attached and not taken yet.</summary>
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

    /// <summary>Whether it has closed the link when it was asked to.</summary>
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
