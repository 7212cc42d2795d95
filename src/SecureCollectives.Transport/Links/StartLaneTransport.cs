namespace SecureCollectives.Transport.Links;

/// <summary>Starts a transport that accepts lanes of one kind.</summary>
/// <param name="options">The options of the transport.</param>
/// <param name="cancellationToken">Cancels the attempt.</param>
/// <returns>The transport; the caller owns it.</returns>
/// <exception cref="LaneListenException">The address cannot be listened on.</exception>
internal delegate Task<LaneTransport> StartLaneTransport(LaneTransportOptions options, CancellationToken cancellationToken);
