using System.Buffers.Binary;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The only place that creates nonces: the IV of a generation, of the suite's nonce length, with the 64-bit counter of the frame XORed into
/// its last eight bytes (as in RFC 8446, section 5.3). The counter never repeats for one key, so neither does the nonce.
/// </summary>
internal static class ChunkNonce
{
    /// <param name="iv">The secret IV of the key's generation, of the suite's nonce length.</param>
    /// <param name="counter">The frame's counter, which must never repeat for the generation's key.</param>
    /// <param name="nonce">Receives the nonce; exactly as long as the IV.</param>
    /// <summary>Writes the nonce of a frame.</summary>
    public static void Write(ReadOnlySpan<byte> iv, ulong counter, Span<byte> nonce)
    {
        iv.CopyTo(nonce);
        var low = nonce[(iv.Length - sizeof(ulong))..];
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ counter);
    }
}
