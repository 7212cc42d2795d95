using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SecureCollectives.Collectives;

/// <summary>The part of a descriptor's detail that states how a call's elements are divided; see proto/README.md, "Payloads".</summary>
internal static class SplitHash
{
    /// <param name="counts">The number of elements in each part.</param>
    /// <param name="detail">Distinguishes operators with the same code; 0 if there is only one.</param>
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
