namespace SecureCollectives.Transport.Tls;

/// <summary>
/// The number of bytes that a TLS connection may carry. OpenSSL never changes the keys of a TLS 1.3 connection by itself, and .NET offers
/// no way to request it, so a link is replaced in time, along with its connections and keys.
/// </summary>
/// <remarks>
/// <para>AES-GCM with one key is safe for 2^24.5 full records (RFC 8446, section 5.5), which are 2^34.5 blocks of 16 bytes. 2^37 bytes of
/// frames are 2^33 blocks in full records. In the worst case every frame is the smallest one, of 32 bytes, alone in its record. Such a
/// frame costs four blocks instead of two (its content type opens a third, and the mask of the record is the fourth), so 2^34 blocks in
/// all.</para>
/// <para>Links are replaced between operations, and both ends count all frames except acknowledgements and aborts. An operation has at most
/// one acknowledgement for each of its other frames in the reverse direction: 40 bytes and a tag for 48 or more and a tag. So a direction
/// that counts <see cref="ReplaceFrom"/>, 2^35 bytes, has carried at most 2^36. One operation adds less than 2^35.1: a buffer has at most
/// 2^34 bytes; AllReduce sends less than twice its buffer, every other collective less than its longer buffer; headers and tags of at most
/// 32 bytes add 64 bytes to chunks of 4096 or more, 1.6 %. Together that is less than 2^37.</para>
/// </remarks>
internal static class TlsKeyLimit
{
    /// <summary>The number of frame bytes that one direction of a connection may carry.</summary>
    public const long MaxBytes = 1L << 37;

    /// <summary>
    /// The number of frame bytes at which an operation starts on a new link. Part of the protocol: both ends count and decide alike.
    /// </summary>
    public const long ReplaceFrom = 1L << 35;
}
