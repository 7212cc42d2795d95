namespace SecureCollectives.Rpc;

/// <summary>
/// The limits on a connection until a handler has authenticated its peer. A connection that exceeds them, does not speak HTTP/2, or calls
/// anything but a raw method is closed without a response.
/// </summary>
/// <param name="Time">The time limit, from accepting the connection; with TLS, from the end of the handshake.</param>
/// <param name="Bytes">The maximum number of bytes received, including HTTP/2 framing; with TLS, counted after decryption.</param>
internal sealed record UnauthenticatedLimits(TimeSpan Time, int Bytes);
