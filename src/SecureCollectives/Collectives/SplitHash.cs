using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SecureCollectives.Collectives;

/// <summary>What a descriptor's detail says of how a call's elements are divided; proto/README.md, "Payloads".</summary>
internal static class SplitHash
{
    /// <param name="counts">Elements of each part.</param>
    /// <param name="detail">What tells reductions of one operator apart; 0 where there is one.</param>
    public static ulong Of(ReadOnlySpan<int> counts, ulong detail)
    {
        var length = (counts.Length + 1) * sizeof(ulong);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var bytes = rented.AsSpan(0, length);
            BinaryPrimitives.WriteUInt64BigEndian(bytes, detail);
            for (var i = 0; i < counts.Length; i++)
            {
                BinaryPrimitives.WriteUInt64BigEndian(bytes[((i + 1) * sizeof(ulong))..], (ulong)counts[i]);
            }

            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(bytes, hash);
            return BinaryPrimitives.ReadUInt64BigEndian(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
