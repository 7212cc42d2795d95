using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// The owner of a communicator's links: its loop. Thread-safe. No call blocks; what <see cref="SurrenderAsync"/> and <see cref="Attach"/>
/// say of a link takes effect in the order of the calls, and neither calls back.
/// </summary>
internal interface ILinkOwner
{
    /// <summary>
    /// Stops using the link to a peer at once and for ever (openers and sealers destroyed, connections closed), also where no operation
    /// runs, and says how far this rank has received. Repeating it before <see cref="Attach"/> gives the same positions.
    /// </summary>
    /// <exception cref="LinkOpenException">The communicator has ended; nothing is replaced any more.</exception>
    Task<SurrenderedLink> SurrenderAsync(int peer, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the owner a new link in place of the surrendered one, with what the peer says it has received. The owner owns the link from
    /// here, also where it has ended, refuses positions that cannot be (and then fails the communicator), and goes on.
    /// </summary>
    void Attach(Link link, LinkPositions peerPositions);

    /// <summary>
    /// Closes the link to a peer where no operation has taken it up for so long and nothing of it is due. The next operation that needs it
    /// asks for another.
    /// </summary>
    /// <returns>Whether it did.</returns>
    /// <exception cref="LinkOpenException">The communicator has ended.</exception>
    Task<bool> ReleaseAsync(int peer, TimeSpan unusedFor, CancellationToken cancellationToken);

    /// <summary>The link could not be replaced: operations that need it fail, naming the peer.</summary>
    void FailLink(int peer, AbortReason reason, string why);
}
