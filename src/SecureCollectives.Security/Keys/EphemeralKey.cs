using System.Security.Cryptography;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// One side's ECDH key on P-256 (NIST SP 800-56A, section 6.1.2: two ephemeral keys and no static ones; the certificates authenticate them
/// through the TLS connection that carries them). Created for a single link and disposed, which erases the private key, once that link's
/// keys have been derived.
/// </summary>
internal sealed class EphemeralKey : IDisposable
{
    /// <summary>The length of a public key in bytes: an uncompressed point, 04 || X || Y (SEC 1, section 2.3.3).</summary>
    public const int PublicKeyLength = 1 + (2 * CoordinateLength);

    /// <summary>The length of the shared secret in bytes: the X coordinate of the shared point.</summary>
    public const int SecretLength = CoordinateLength;

    private const byte UncompressedPoint = 0x04;
    private const int CoordinateLength = 32;

    private readonly ECDiffieHellman _key;
    private readonly byte[] _publicKey;

    /// <summary>Takes ownership of a P-256 key. <see cref="Create"/> generates a new one.</summary>
    public EphemeralKey(ECDiffieHellman key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        _key = key;
        _publicKey = [UncompressedPoint, .. point.X!, .. point.Y!];
        ArgumentOutOfRangeException.ThrowIfNotEqual(_publicKey.Length, PublicKeyLength, nameof(key));
    }

    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    public static EphemeralKey Create() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>
    /// Whether bytes from a peer encode a point on the curve. P-256 has cofactor 1, so every point is in the right group; the point at
    /// infinity has no uncompressed form.
    /// </summary>
    public static bool IsPublicKey(ReadOnlySpan<byte> candidate)
    {
        using var imported = TryImport(candidate);
        return imported is not null;
    }

    /// <summary>Writes the shared secret.</summary>
    /// <exception cref="ArgumentException">The peer's key was not validated by <see cref="IsPublicKey"/>.</exception>
    public void DeriveSecret(ReadOnlySpan<byte> peerPublicKey, Span<byte> destination)
    {
        using var peer = TryImport(peerPublicKey)
            ?? throw new ArgumentException("The peer's key is not a point on P-256.", nameof(peerPublicKey));
        using var peerKey = peer.PublicKey;

        // .NET returns the secret in a separate array, which is zeroed here.
        var secret = _key.DeriveRawSecretAgreement(peerKey);
        try
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, SecretLength);
            secret.CopyTo(destination);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public void Dispose() => _key.Dispose();

    private static ECDiffieHellman? TryImport(ReadOnlySpan<byte> point)
    {
        if (point.Length != PublicKeyLength || point[0] != UncompressedPoint)
        {
            return null;
        }

        var parameters = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point.Slice(1, CoordinateLength).ToArray(), Y = point[(1 + CoordinateLength)..].ToArray() },
        };
        try
        {
            // OpenSSL checks the coordinates against the field and the curve equation.
            return ECDiffieHellman.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
