namespace SecureCollectives.Rpc;

/// <summary>
/// The HTTP/2 flow-control windows (RFC 9113, section 5.2): how much a peer may send ahead of the reader. They bound how much is buffered
/// for a slow reader, and also the throughput per round trip.
/// </summary>
/// <param name="ConnectionWindow">The window of a connection in bytes; used only by servers. .NET's client grants 64 MiB, so on clients
/// only the stream windows matter.</param>
/// <param name="StreamWindow">The window of one call in bytes.</param>
internal sealed record RpcFlowControl(int ConnectionWindow, int StreamWindow)
{
    /// <summary>
    /// HTTP/2's initial windows (RFC 9113, section 6.9.2), the smallest that Kestrel accepts. Services with small messages need no more.
    /// </summary>
    public static readonly RpcFlowControl Default = new(ushort.MaxValue, ushort.MaxValue);
}
