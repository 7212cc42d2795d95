using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Links;

/// <summary>The owner of a communicator's links: its loop. Thread-safe.</summary>
internal interface ILinkOwner
{
    /// <summary>
    /// Stops using the link to a peer, at once and for ever: erases its keys and closes its connections, also where no operation runs. Repeating it before
    /// <see cref="Attach"/> says the same again.
    /// </summary>
    /// <returns>How far this rank has received.</returns>
    /// <exception cref="OperationCanceledException">The communicator has ended.</exception>
    Task<SurrenderedLink> SurrenderAsync(int peer, CancellationToken cancellationToken);

    /// <summary>Gives a new link in place of the surrendered one; the owner owns it from here, and goes on, or fails where the positions cannot be.</summary>
    /// <param name="link">The link.</param>
    /// <param name="peerPositions">How far the peer has received, by its word.</param>
    void Attach(Link link, LinkPositions peerPositions);

    /// <summary>The link to a peer could not be replaced: operations that need it fail.</summary>
    void FailLink(int peer, AbortReason reason, string why);
}
