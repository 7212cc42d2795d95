using System.Buffers.Binary;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The only place that creates nonces: a generation's IV, of the suite's nonce length, with the frame's 64-bit counter XORed into its last
/// eight bytes (as in RFC 8446, section 5.3). The counter never repeats under one key, so neither does the nonce.
/// </summary>
internal static class ChunkNonce
{
    /// <summary>Writes a frame's nonce.</summary>
    /// <param name="iv">The secret IV of the key's generation, of the suite's nonce length.</param>
    /// <param name="counter">The frame's counter, which must never repeat under the generation's key.</param>
    /// <param name="nonce">Receives the nonce; exactly as long as the IV.</param>
    public static void Write(ReadOnlySpan<byte> iv, ulong counter, Span<byte> nonce)
    {
        iv.CopyTo(nonce);
        var low = nonce[(iv.Length - sizeof(ulong))..];
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ counter);
    }
}
