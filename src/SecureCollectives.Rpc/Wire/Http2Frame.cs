namespace SecureCollectives.Rpc.Wire;

/// <summary>
/// What this project itself looks at in HTTP/2 (RFC 9113, sections 3.4 and 4.1); all else is Kestrel's and SocketsHttpHandler's.
/// <code>
///  0                          3        4        5                           9
/// +--------+--------+--------+--------+--------+--------+--------+--------+--------+
/// |          length          |  type  | flags  |             stream                |
/// +--------+--------+--------+--------+--------+--------+--------+--------+--------+
/// </code>
/// </summary>
internal static class Http2Frame
{
    public const int TypeOffset = 3;
    public const byte Settings = 4;

    /// <summary>What a client sends before its first frame.</summary>
    public static ReadOnlySpan<byte> ClientPreface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
}
