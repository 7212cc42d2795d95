using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>A message to a loop from the component that opens its links.</summary>
internal abstract record LinkMessage
{
    /// <summary>Discards the message: the loop has ended.</summary>
    public virtual void Drop()
    {
    }

    /// <summary>Asks the loop to stop using the link to a peer, and to report how far this rank has received.</summary>
    public sealed record Surrender(int Peer, TaskCompletionSource<SurrenderedLink> Answer) : LinkMessage
    {
        public override void Drop() => Answer.TrySetException(new LinkOpenException("This communicator has ended.", null));
    }

    /// <summary>Asks the loop to close the link to a peer if it has been idle.</summary>
    public sealed record Release(int Peer, TimeSpan UnusedFor, TaskCompletionSource<bool> Answer) : LinkMessage
    {
        public override void Drop() => Answer.TrySetException(new LinkOpenException("This communicator has ended.", null));
    }

    /// <summary>Hands the loop a link to continue on.</summary>
    public sealed record Attach(Link Link, LinkPositions PeerPositions) : LinkMessage
    {
        public override void Drop() => Link.Dispose();
    }

    /// <summary>Tells the loop that there will be no link to the peer.</summary>
    public sealed record Lose(int Peer, AbortReason Reason, string Why) : LinkMessage;
}
