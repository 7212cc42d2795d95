using System.Formats.Asn1;
using System.Security.Cryptography;

namespace SecureCollectives.Testing;

/// <summary>Creates malformed certificates and names that ordinary APIs refuse to write.</summary>
internal static class CertificateSurgery
{
    // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature }; the extensions are [3] in the first.
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3, isConstructed: true);

    /// <summary>Returns the certificate with one extension repeated, and signed again.</summary>
    public static byte[] RepeatExtension(byte[] certificate, string oid, ECDsa issuerKey)
    {
        var parts = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence();
        var toBeSigned = RepeatInBody(parts.ReadSequence(), oid);
        var algorithm = parts.ReadEncodedValue().Span;

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(toBeSigned);
            writer.WriteEncodedValue(algorithm);
            writer.WriteBitString(issuerKey.SignData(toBeSigned, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return writer.Encode();
    }

    /// <summary>Encodes the value of a SAN extension, with the URIs exactly as given, valid or not.</summary>
    public static byte[] GeneralNames(IReadOnlyList<string> uris, IReadOnlyList<string> dnsNames)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var name in dnsNames)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
            }

            foreach (var uri in uris)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
            }
        }

        return writer.Encode();
    }

    private static byte[] RepeatInBody(AsnReader body, string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            while (body.HasData)
            {
                if (body.PeekTag() != ExtensionsTag)
                {
                    writer.WriteEncodedValue(body.ReadEncodedValue().Span);
                    continue;
                }

                using (writer.PushSequence(ExtensionsTag))
                using (writer.PushSequence())
                {
                    var extensions = body.ReadSequence(ExtensionsTag).ReadSequence();
                    while (extensions.HasData)
                    {
                        var extension = extensions.ReadEncodedValue();
                        writer.WriteEncodedValue(extension.Span);
                        if (new AsnReader(extension, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() == oid)
                        {
                            writer.WriteEncodedValue(extension.Span);
                        }
                    }
                }
            }
        }

        return writer.Encode();
    }
}
