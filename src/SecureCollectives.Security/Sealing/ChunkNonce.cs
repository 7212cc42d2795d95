using System.Buffers.Binary;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The one place that makes nonces: a generation's 96-bit IV with the frame's 64-bit counter XORed into its last eight bytes (as in RFC 8446,
/// section 5.3). Within a key the counter never repeats, so neither does the nonce.
/// </summary>
internal static class ChunkNonce
{
    private const int CounterOffset = KeySchedule.IvLength - sizeof(ulong);

    /// <param name="iv">The generation's IV.</param>
    /// <param name="counter">The frame's counter.</param>
    /// <param name="nonce">Takes <see cref="AeadEngine.NonceLength"/> bytes.</param>
    public static void Write(ReadOnlySpan<byte> iv, ulong counter, Span<byte> nonce)
    {
        iv.CopyTo(nonce);
        var low = nonce[CounterOffset..];
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ counter);
    }
}
