namespace SecureCollectives.Transport.Links;

/// <summary>Starts a transport that accepts lanes of one kind.</summary>
/// <param name="options">The address and ports to listen on, and the limits of the listener.</param>
/// <param name="cancellationToken">Cancels the start; no port is left open.</param>
/// <returns>The transport; the caller owns it.</returns>
/// <exception cref="LaneListenException">It is not possible to listen on the address.</exception>
internal delegate Task<LaneTransport> StartLaneTransport(LaneTransportOptions options, CancellationToken cancellationToken);
