using System.Diagnostics;
using Org.BouncyCastle.Crypto.Prng;

namespace SecureCollectives.Security.Keys;

/// <summary>Supplies BouncyCastle with the randomness for one encapsulation, in full and once, so that it never uses its own.</summary>
internal sealed class MlKemRandomness : IRandomGenerator, IDisposable
{
    private readonly SecretBytes _bytes;
    private bool _isSpent;

    public MlKemRandomness(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, MlKem768.RandomnessLength, nameof(bytes));
        _bytes = SecretBytes.CopyOf(bytes);
    }

    public void AddSeedMaterial(byte[] seed) => throw new UnreachableException("Fixed randomness cannot be seeded.");

    public void AddSeedMaterial(ReadOnlySpan<byte> seed) => throw new UnreachableException("Fixed randomness cannot be seeded.");

    public void AddSeedMaterial(long seed) => throw new UnreachableException("Fixed randomness cannot be seeded.");

    public void NextBytes(byte[] bytes) => NextBytes(bytes.AsSpan());

    public void NextBytes(byte[] bytes, int start, int len) => NextBytes(bytes.AsSpan(start, len));

    public void NextBytes(Span<byte> bytes)
    {
        if (_isSpent || bytes.Length != MlKem768.RandomnessLength)
        {
            throw new UnreachableException("An encapsulation must take exactly 32 random bytes, once.");
        }

        _isSpent = true;
        _bytes.Span.CopyTo(bytes);
    }

    public void Dispose() => _bytes.Dispose();
}
