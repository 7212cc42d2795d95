using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>The allow-list of sufficiently strong keys and signatures; all others are refused.</summary>
internal static class CertificateAlgorithms
{
    public const string AllowedKeys = "P-256, P-384, or RSA of at least 2048 bits";
    public const string AllowedSignatures = "ECDSA or RSA PKCS#1 with SHA-256, SHA-384 or SHA-512";

    private const int MinRsaBits = 2048;
    private const string EcPublicKeyOid = "1.2.840.10045.2.1";
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string P256Oid = "1.2.840.10045.3.1.7";
    private const string P384Oid = "1.3.132.0.34";

    /// <exception cref="CryptographicException">The key cannot be decoded.</exception>
    public static bool IsStrongKey(X509Certificate2 certificate)
    {
        var key = certificate.PublicKey;
        switch (key.Oid.Value)
        {
            case EcPublicKeyOid:
                return NamedCurve(key) is P256Oid or P384Oid;
            case RsaOid:
                using (var rsa = key.GetRSAPublicKey())
                {
                    return rsa is not null && rsa.KeySize >= MinRsaBits;
                }

            default:
                return false;
        }
    }

    public static bool IsStrongSignature(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value
        is "1.2.840.10045.4.3.2" // ecdsa-with-SHA256
        or "1.2.840.10045.4.3.3" // ecdsa-with-SHA384
        or "1.2.840.10045.4.3.4" // ecdsa-with-SHA512
        or "1.2.840.113549.1.1.11" // sha256WithRSAEncryption
        or "1.2.840.113549.1.1.12" // sha384WithRSAEncryption
        or "1.2.840.113549.1.1.13"; // sha512WithRSAEncryption

    // Returns null for a curve given by explicit parameters, which is refused: by choosing the generator, anyone can construct a private
    // key for an existing public key (CVE-2020-0601).
    private static string? NamedCurve(PublicKey key)
    {
        try
        {
            if (key.EncodedParameters?.RawData is not { } parameters)
            {
                return null;
            }

            var reader = new AsnReader(parameters, AsnEncodingRules.DER);
            if (reader.PeekTag() != Asn1Tag.ObjectIdentifier)
            {
                return null;
            }

            var curve = reader.ReadObjectIdentifier();
            reader.ThrowIfNotEmpty();
            return curve;
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The curve of the public key cannot be decoded.", e);
        }
    }
}
