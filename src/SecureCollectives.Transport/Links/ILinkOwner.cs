using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// The owner of a communicator's links: its loop. Thread-safe. No call blocks. <see cref="SurrenderAsync"/> and <see cref="Attach"/> take
/// effect in the order in which they are called, and never call back.
/// </summary>
internal interface ILinkOwner
{
    /// <summary>
    /// Permanently stops using the link to a peer (destroys openers and sealers, closes connections), whether or not an operation runs, and
    /// returns how far this rank has received. A repeated call before <see cref="Attach"/> returns the same positions.
    /// </summary>
    /// <exception cref="LinkOpenException">The communicator has ended; its links are no longer replaced.</exception>
    Task<SurrenderedLink> SurrenderAsync(int peer, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the owner a new link in place of the surrendered one, together with the positions that the peer claims to have received.
    /// Ownership of the link always passes to the owner. An owner that has ended disposes the link; otherwise, impossible positions fail
    /// the communicator.
    /// </summary>
    void Attach(Link link, LinkPositions peerPositions);

    /// <summary>
    /// Closes the link to a peer if no operation has used it for <paramref name="unusedFor"/> and nothing on it is pending. The next
    /// operation that needs it requests another.
    /// </summary>
    /// <returns>Whether the link was closed.</returns>
    /// <exception cref="LinkOpenException">The communicator has ended.</exception>
    Task<bool> ReleaseAsync(int peer, TimeSpan unusedFor, CancellationToken cancellationToken);

    /// <summary>Reports that the link could not be replaced: operations that need it fail and name the peer.</summary>
    void FailLink(int peer, AbortReason reason, string why);
}
