namespace SecureCollectives.Transport.Links;

/// <summary>Starts to accept lanes of one kind.</summary>
/// <param name="options">What the lanes are made from.</param>
/// <param name="cancellationToken">Gives the attempt up.</param>
/// <returns>The transport; the caller owns it.</returns>
/// <exception cref="LaneListenException">The address cannot be listened on.</exception>
internal delegate Task<LaneTransport> StartLaneTransport(LaneTransportOptions options, CancellationToken cancellationToken);
