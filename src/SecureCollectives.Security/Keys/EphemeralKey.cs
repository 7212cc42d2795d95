using System.Security.Cryptography;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// One side's ECDH key on P-256 (NIST SP 800-56A, section 6.1.2: two ephemeral keys, no static ones; the certificates authenticate them
/// through the TLS connection they travel in). Made for one link and disposed, which erases the private key, once its keys are derived.
/// </summary>
internal sealed class EphemeralKey : IDisposable
{
    /// <summary>Bytes of a public key: an uncompressed point, 04 || X || Y (SEC 1, section 2.3.3).</summary>
    public const int PublicKeyLength = 1 + (2 * CoordinateLength);

    /// <summary>Bytes of the shared secret: the X coordinate of the shared point.</summary>
    public const int SecretLength = CoordinateLength;

    private const byte UncompressedPoint = 0x04;
    private const int CoordinateLength = 32;

    private readonly ECDiffieHellman _key;
    private readonly byte[] _publicKey;

    /// <summary>Takes a P-256 key over; <see cref="Create"/> is the way to a fresh one.</summary>
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
    /// Whether a peer's bytes are a point of the curve. P-256 has cofactor 1, so every such point is in the right group; infinity has no
    /// uncompressed form.
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
            ?? throw new ArgumentException("The peer's key is not a point of P-256.", nameof(peerPublicKey));
        using var peerKey = peer.PublicKey;

        // .NET gives the secret as an array of its own; it is short-lived and zeroed here.
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
            // OpenSSL holds the coordinates against the field and the curve's equation.
            return ECDiffieHellman.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
