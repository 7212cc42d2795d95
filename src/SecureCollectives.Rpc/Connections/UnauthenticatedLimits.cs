namespace SecureCollectives.Rpc;

/// <summary>
/// What a connection may use until a handler says that its peer has proven who it is. Who uses more, speaks no HTTP/2, or calls anything
/// but a raw method, is closed without a response.
/// </summary>
/// <param name="Time">From accepting the connection; with TLS, from the end of the handshake.</param>
/// <param name="Bytes">Everything received, HTTP/2's own frames included; with TLS, what it decrypts to.</param>
internal sealed record UnauthenticatedLimits(TimeSpan Time, int Bytes);
