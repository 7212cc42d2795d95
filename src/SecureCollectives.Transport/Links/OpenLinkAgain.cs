namespace SecureCollectives.Transport.Links;

/// <summary>Opens a link to a peer in place of an earlier one: new keys, new connections. Both ends ask for it, each from its side.</summary>
/// <param name="peer">The peer's rank in the communicator.</param>
/// <param name="operation">Sequence number of the first operation on the new link, the same at both ends.</param>
/// <param name="cancellationToken">Gives the attempt up; nothing else does while the peer may still come.</param>
/// <returns>The link; the caller owns it.</returns>
/// <exception cref="LinkOpenException">It cannot be opened.</exception>
internal delegate Task<Link> OpenLinkAgain(int peer, ulong operation, CancellationToken cancellationToken);
