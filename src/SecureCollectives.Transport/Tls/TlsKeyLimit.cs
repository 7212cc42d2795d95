namespace SecureCollectives.Transport.Tls;

/// <summary>
/// How much a TLS connection may carry: OpenSSL never changes the keys of a TLS 1.3 connection by itself and .NET offers no way to ask for
/// it, so that a link is replaced, connections, keys and all, before its time.
/// </summary>
/// <remarks>
/// <para>AES-GCM under one key is good for 2^24.5 full records (RFC 8446, section 5.5), 2^34.5 blocks of 16 bytes. 2^37 bytes of frames are
/// 2^33 blocks in full records. The smallest frame, 32 bytes, alone in its record, costs four blocks for its two (its content type opens a
/// third, the record's mask is the fourth): at worst 2^34 blocks.</para>
/// <para>Links are replaced between operations, and both ends count all frames but acknowledgements and aborts. An operation has at most
/// one acknowledgement for each of its other frames in the reverse direction, 40 bytes and a tag for 48 or more and a tag: behind a
/// direction that counts <see cref="ReplaceFrom"/>, 2^35 bytes, lie at most 2^36. One operation adds less than 2^35.1: a buffer has at most
/// 2^34 bytes; AllReduce sends less than twice its buffer, every other collective less than its longer buffer; headers and tags of at most
/// 32 bytes add 64 bytes to chunks of 4096 or more, 1.6 %. Together that is less than 2^37.</para>
/// </remarks>
internal static class TlsKeyLimit
{
    /// <summary>Bytes of frames that one direction of a connection may carry.</summary>
    public const long MaxBytes = 1L << 37;

    /// <summary>
    /// An operation that finds more bytes behind it begins on a new link. Part of the protocol: both ends count, and decide alike.
    /// </summary>
    public const long ReplaceFrom = 1L << 35;
}
