using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>What whoever opens links has to say to the loop that uses them.</summary>
internal abstract record LinkMessage
{
    /// <summary>The loop has ended: nobody takes the message any more.</summary>
    public virtual void Drop()
    {
    }

    /// <summary>Use the link to a peer no more, and say how far this rank has received.</summary>
    public sealed record Surrender(int Peer, TaskCompletionSource<SurrenderedLink> Answer) : LinkMessage
    {
        public override void Drop() => Answer.TrySetException(new LinkOpenException("This communicator has ended.", null));
    }

    /// <summary>Close the link to a peer where it has been idle.</summary>
    public sealed record Release(int Peer, TimeSpan UnusedFor, TaskCompletionSource<bool> Answer) : LinkMessage
    {
        public override void Drop() => Answer.TrySetException(new LinkOpenException("This communicator has ended.", null));
    }

    /// <summary>Go on over this link.</summary>
    public sealed record Attach(Link Link, LinkPositions PeerPositions) : LinkMessage
    {
        public override void Drop() => Link.Dispose();
    }

    /// <summary>There will be no link to the peer.</summary>
    public sealed record Lose(int Peer, AbortReason Reason, string Why) : LinkMessage;
}
