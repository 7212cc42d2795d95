using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureCollectives.Cli.Train;

/// <summary>The SHA-256 digest of a worker's weights: equal digests mean bit-identical weights.</summary>
internal readonly struct WeightDigest : IEquatable<WeightDigest>
{
    /// <summary>The length of a digest in 32-bit words, the form in which AllGather exchanges it.</summary>
    public const int Words = SHA256.HashSizeInBytes / sizeof(int);

    private readonly byte[] _bytes;

    private WeightDigest(byte[] bytes) => _bytes = bytes;

    public static WeightDigest Of(ReadOnlySpan<float> weights) => new(SHA256.HashData(MemoryMarshal.AsBytes(weights)));

    public static WeightDigest FromWords(ReadOnlySpan<int> words)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(words.Length, Words);
        return new WeightDigest(MemoryMarshal.AsBytes(words).ToArray());
    }

    public int[] ToWords() => MemoryMarshal.Cast<byte, int>(_bytes).ToArray();

    public bool Equals(WeightDigest other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => obj is WeightDigest other && Equals(other);

    public override int GetHashCode() => MemoryMarshal.Read<int>(_bytes);

    /// <summary>Returns the first 8 hexadecimal digits, which are enough to tell digests apart.</summary>
    public override string ToString() => Convert.ToHexStringLower(_bytes.AsSpan(0, 4));
}
