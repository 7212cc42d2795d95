using System.Buffers.Binary;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The one place that makes nonces: a generation's IV, as long as the suite's nonces, with the frame's 64-bit counter XORed into its last
/// eight bytes (as in RFC 8446, section 5.3). Within a key the counter never repeats, so neither does the nonce.
/// </summary>
internal static class ChunkNonce
{
    /// <param name="iv">The generation's IV.</param>
    /// <param name="counter">The frame's counter.</param>
    /// <param name="nonce">Exactly as long.</param>
    public static void Write(ReadOnlySpan<byte> iv, ulong counter, Span<byte> nonce)
    {
        iv.CopyTo(nonce);
        var low = nonce[(iv.Length - sizeof(ulong))..];
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ counter);
    }
}
