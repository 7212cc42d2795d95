using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// One ML-KEM-768 decapsulation key (FIPS 203), and the peer's side of it. Made for one link and disposed once its keys are derived.
/// Computed by BouncyCastle, which no other type here uses: .NET's own needs OpenSSL 3.5.
/// </summary>
/// <remarks>
/// BouncyCastle keeps the seed and the expanded key in arrays of its own that nobody can erase; disposing lets go of them, and the
/// collector does the rest. All randomness is .NET's.
/// </remarks>
internal sealed class MlKem768 : IDisposable
{
    public const int EncapsulationKeyLength = 1184;
    public const int CiphertextLength = 1088;
    public const int SecretLength = 32;

    /// <summary>Bytes of the seed that a key pair is made from: d || z of FIPS 203, algorithm 19.</summary>
    public const int SeedLength = 64;

    /// <summary>Bytes of randomness that one encapsulation takes: m of FIPS 203, algorithm 20.</summary>
    public const int RandomnessLength = 32;

    /// <summary>q of FIPS 203: coefficients are numbers below it.</summary>
    private const int Modulus = 3329;

    /// <summary>The encapsulation key's 768 coefficients, 12 bits each; the seed of the matrix, any 32 bytes, follows.</summary>
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

    /// <summary>The key pair of a seed; <see cref="Create"/> is the way to a fresh one.</summary>
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
    /// Whether a peer's bytes are an encapsulation key: the length and modulus checks of FIPS 203, section 7.2. Looked at here, before any
    /// other code sees them.
    /// </summary>
    public static bool IsEncapsulationKey(ReadOnlySpan<byte> candidate)
    {
        if (candidate.Length != EncapsulationKeyLength)
        {
            return false;
        }

        // Two coefficients in three bytes, little-endian (ByteEncode_12).
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

    /// <summary>Writes a fresh secret, and the ciphertext that carries it to the holder of the decapsulation key.</summary>
    /// <exception cref="ArgumentException">The key was not validated by <see cref="IsEncapsulationKey"/>, or a span has another
    /// length.</exception>
    public static void Encapsulate(ReadOnlySpan<byte> encapsulationKey, Span<byte> ciphertext, Span<byte> secret)
    {
        using var randomness = SecretBytes.Random(RandomnessLength);
        Encapsulate(encapsulationKey, randomness.Span, ciphertext, secret);
    }

    /// <inheritdoc cref="Encapsulate(ReadOnlySpan{byte}, Span{byte}, Span{byte})"/>
    /// <remarks>With the caller's randomness, which test vectors give and nobody else.</remarks>
    public static void Encapsulate(
        ReadOnlySpan<byte> encapsulationKey, ReadOnlySpan<byte> randomness, Span<byte> ciphertext, Span<byte> secret)
    {
        if (!IsEncapsulationKey(encapsulationKey))
        {
            throw new ArgumentException("The peer's key is not an encapsulation key of ML-KEM-768.", nameof(encapsulationKey));
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
    /// Writes the secret that a ciphertext carries. A ciphertext that was not made for this key gives another secret and no error (implicit
    /// rejection, FIPS 203, section 6.3): the proofs of the lanes' hellos then fail.
    /// </summary>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ObjectDisposedException">The key was given up.</exception>
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
