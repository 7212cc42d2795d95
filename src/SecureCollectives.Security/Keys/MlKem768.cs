using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// An ML-KEM-768 decapsulation key (FIPS 203), and the peer's side of the exchange. Created for a single link and disposed once that link's
/// keys have been derived. Implemented with BouncyCastle, which no other type here uses, because .NET's own implementation needs OpenSSL
/// 3.5.
/// </summary>
/// <remarks>
/// BouncyCastle keeps the seed and the expanded key in arrays that cannot be erased from outside; disposing only drops the references to
/// them. All randomness comes from .NET.
/// </remarks>
internal sealed class MlKem768 : IDisposable
{
    public const int EncapsulationKeyLength = 1184;
    public const int CiphertextLength = 1088;
    public const int SecretLength = 32;

    /// <summary>The length of a key pair's seed in bytes: d || z in FIPS 203, algorithm 19.</summary>
    public const int SeedLength = 64;

    /// <summary>The length of the randomness for one encapsulation in bytes: m in FIPS 203, algorithm 20.</summary>
    public const int RandomnessLength = 32;

    /// <summary>q in FIPS 203: all coefficients are below it.</summary>
    private const int Modulus = 3329;

    /// <summary>
    /// The length of the encapsulation key's 768 coefficients in bytes, at 12 bits each; they are followed by the seed of the matrix, which
    /// may be any 32 bytes.
    /// </summary>
    private const int CoefficientBytes = 1152;

    private readonly byte[] _encapsulationKey;
    private MLKemPrivateKeyParameters? _key;

    private MlKem768(MLKemPrivateKeyParameters key)
    {
        _key = key;
        _encapsulationKey = key.GetPublicKeyEncoded();
        ArgumentOutOfRangeException.ThrowIfNotEqual(_encapsulationKey.Length, EncapsulationKeyLength, nameof(key));
    }

    public ReadOnlyMemory<byte> EncapsulationKey => _encapsulationKey;

    public static MlKem768 Create()
    {
        using var seed = SecretBytes.Random(SeedLength);
        return FromSeed(seed.Span);
    }

    /// <summary>Creates the key pair for a given seed. <see cref="Create"/> generates a new one.</summary>
    public static MlKem768 FromSeed(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength);
        var copy = seed.ToArray();
        try
        {
            return new MlKem768(MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_768, copy));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <summary>
    /// Whether bytes from a peer encode an encapsulation key: the length and modulus checks in FIPS 203, section 7.2. Checked here, before
    /// any other code sees them.
    /// </summary>
    public static bool IsEncapsulationKey(ReadOnlySpan<byte> candidate)
    {
        if (candidate.Length != EncapsulationKeyLength)
        {
            return false;
        }

        // Three bytes hold two coefficients, little-endian (ByteEncode_12).
        for (var at = 0; at < CoefficientBytes; at += 3)
        {
            var first = candidate[at] | ((candidate[at + 1] & 0x0F) << 8);
            var second = (candidate[at + 1] >> 4) | (candidate[at + 2] << 4);
            if (first >= Modulus || second >= Modulus)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Creates a new secret, and the ciphertext that conveys it to the holder of the decapsulation key.</summary>
    /// <exception cref="ArgumentException">The key was not validated by <see cref="IsEncapsulationKey"/>, or a span has the wrong
    /// length.</exception>
    public static void Encapsulate(ReadOnlySpan<byte> encapsulationKey, Span<byte> ciphertext, Span<byte> secret)
    {
        using var randomness = SecretBytes.Random(RandomnessLength);
        Encapsulate(encapsulationKey, randomness.Span, ciphertext, secret);
    }

    /// <inheritdoc cref="Encapsulate(ReadOnlySpan{byte}, Span{byte}, Span{byte})"/>
    /// <remarks>Uses the given randomness. For test vectors only.</remarks>
    public static void Encapsulate(
        ReadOnlySpan<byte> encapsulationKey, ReadOnlySpan<byte> randomness, Span<byte> ciphertext, Span<byte> secret)
    {
        if (!IsEncapsulationKey(encapsulationKey))
        {
            throw new ArgumentException("The peer's key is not an ML-KEM-768 encapsulation key.", nameof(encapsulationKey));
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(ciphertext.Length, CiphertextLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretLength);
        using var once = new MlKemRandomness(randomness);
        var encapsulator = new MLKemEncapsulator(MLKemParameters.ml_kem_768);
        var key = MLKemPublicKeyParameters.FromEncoding(MLKemParameters.ml_kem_768, encapsulationKey.ToArray());
        encapsulator.Init(new ParametersWithRandom(key, new SecureRandom(once)));
        encapsulator.Encapsulate(ciphertext, secret);
    }

    /// <summary>
    /// Writes the secret conveyed by a ciphertext. A ciphertext made for another key yields a different secret and no error (implicit
    /// rejection, FIPS 203, section 6.3); the proofs in the lanes' hellos then fail.
    /// </summary>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    /// <exception cref="ObjectDisposedException">The key has been disposed.</exception>
    public void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ciphertext.Length, CiphertextLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretLength);
        ObjectDisposedException.ThrowIf(_key is null, this);
        var decapsulator = new MLKemDecapsulator(MLKemParameters.ml_kem_768);
        decapsulator.Init(_key);
        decapsulator.Decapsulate(ciphertext, secret);
    }

    public void Dispose() => _key = null;
}
