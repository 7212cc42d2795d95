using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>The extensions of a certificate that the rules check. Each occurs at most once.</summary>
internal sealed class LeafExtensions
{
    public const string SubjectAlternativeNameOid = "2.5.29.17";

    // GeneralName ::= CHOICE { ..., uniformResourceIdentifier [6] IA5String, ... } (RFC 5280, section 4.2.1.6)
    public static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    private LeafExtensions()
    {
    }

    public X509BasicConstraintsExtension? BasicConstraints { get; private set; }

    public X509KeyUsageExtension? KeyUsage { get; private set; }

    public X509EnhancedKeyUsageExtension? ExtendedKeyUsage { get; private set; }

    /// <summary>The URIs of the SAN extension; null if there is no such extension.</summary>
    public IReadOnlyList<string>? Uris { get; private set; }

    /// <summary>Reads the extensions of a certificate.</summary>
    /// <returns>False if an extension occurs twice, because readers might disagree about which one counts.</returns>
    /// <exception cref="CryptographicException">An extension cannot be decoded.</exception>
    public static bool TryRead(X509Certificate2 certificate, out LeafExtensions extensions)
    {
        extensions = new LeafExtensions();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var extension in certificate.Extensions)
        {
            if (!seen.Add(extension.Oid?.Value ?? throw new CryptographicException("An extension has no identifier.")))
            {
                return false;
            }

            extensions.Take(extension);
        }

        return true;
    }

    private void Take(X509Extension extension)
    {
        switch (extension)
        {
            case X509BasicConstraintsExtension basicConstraints:
                BasicConstraints = basicConstraints;
                break;
            case X509KeyUsageExtension keyUsage:
                KeyUsage = keyUsage;
                break;
            case X509EnhancedKeyUsageExtension extendedKeyUsage:
                ExtendedKeyUsage = extendedKeyUsage;
                break;
            case { Oid.Value: SubjectAlternativeNameOid }:
                Uris = ReadUris(extension.RawData);
                break;
        }
    }

    private static List<string> ReadUris(byte[] generalNames)
    {
        try
        {
            var uris = new List<string>();
            var reader = new AsnReader(generalNames, AsnEncodingRules.DER);
            var names = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            while (names.HasData)
            {
                if (names.PeekTag() == UriTag)
                {
                    uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }

            return uris;
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The subject alternative name cannot be decoded.", e);
        }
    }
}
