namespace SecureCollectives.Rpc;

/// <summary>
/// How much a peer may send before we read it (RFC 9113, section 5.2): the bound of what a slow reader buffers, and the overhead of a round
/// trip.
/// </summary>
/// <param name="ConnectionWindow">Bytes on one connection. A server's; the client of .NET grants 64 MiB, which the window of its streams
/// undercuts.</param>
/// <param name="StreamWindow">Bytes of one call.</param>
internal sealed record RpcFlowControl(int ConnectionWindow, int StreamWindow)
{
    /// <summary>
    /// HTTP/2's own initial windows (RFC 9113, section 6.9.2), the least that Kestrel takes: services of small messages need no more.
    /// </summary>
    public static readonly RpcFlowControl Default = new(ushort.MaxValue, ushort.MaxValue);
}
