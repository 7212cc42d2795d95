namespace SecureCollectives.Rpc;

/// <summary>
/// The HTTP/2 flow-control windows (RFC 9113, section 5.2): how much a peer may send before it is read. They bound what a slow reader
/// buffers, and the throughput per round trip.
/// </summary>
/// <param name="ConnectionWindow">The window of a connection in bytes; used by servers. .NET's client grants 64 MiB, so there the windows
/// of its streams apply.</param>
/// <param name="StreamWindow">The window of one call in bytes.</param>
internal sealed record RpcFlowControl(int ConnectionWindow, int StreamWindow)
{
    /// <summary>
    /// The initial windows of HTTP/2 (RFC 9113, section 6.9.2), the smallest that Kestrel accepts: services with small messages need no
    /// more.
    /// </summary>
    public static readonly RpcFlowControl Default = new(ushort.MaxValue, ushort.MaxValue);
}
