using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Reads all certificates in a PEM text (RFC 7468), or none. Anything that is neither a certificate nor a comment is reported with its
/// line, never skipped: a missing trust root would show only as peers that "were not issued by an authority we trust".
/// </summary>
/// <remarks>
/// .NET's reader finds a block only if its label begins a line, so it loses every second certificate in files that were concatenated
/// without a newline in between. Here a block may begin anywhere. Text between blocks is a comment unless it resembles part of a block.
/// </remarks>
internal static partial class PemCertificates
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";
    private const string Label = "CERTIFICATE";

    /// <summary>The old label for the same content (RFC 7468, section 5.1).</summary>
    private const string OldLabel = "X509 CERTIFICATE";

    /// <summary>OpenSSL's own label: the certificate is followed by trust settings, which .NET cannot read.</summary>
    private const string TrustedLabel = "TRUSTED CERTIFICATE";

    /// <summary>
    /// Reads a worker's certificate and its intermediates. The text may also hold the private key, as some tools produce.
    /// </summary>
    /// <param name="pem">The PEM text.</param>
    /// <param name="name">The text's name, for messages.</param>
    /// <returns>At least one certificate. The caller must dispose them.</returns>
    /// <exception cref="InvalidIdentityException">The text has no certificate, or contains something else; the message names the
    /// line.</exception>
    public static X509Certificate2Collection ReadChain(ReadOnlySpan<char> pem, string name) => Read(pem, name, allowsKeys: true);

    /// <summary>Reads trust roots. A private key among them is refused, because an authority's key does not belong on a worker.</summary>
    /// <inheritdoc cref="ReadChain"/>
    public static X509Certificate2Collection ReadRoots(ReadOnlySpan<char> pem, string name) => Read(pem, name, allowsKeys: false);

    public static void DisposeAll(X509Certificate2Collection certificates)
    {
        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }
    }

    private static X509Certificate2Collection Read(ReadOnlySpan<char> pem, string name, bool allowsKeys)
    {
        var certificates = new X509Certificate2Collection();
        var complete = false;
        try
        {
            Read(pem, name, allowsKeys, certificates);
            complete = true;
            return certificates;
        }
        finally
        {
            if (!complete)
            {
                DisposeAll(certificates);
            }
        }
    }

    private static void Read(ReadOnlySpan<char> pem, string name, bool allowsKeys, X509Certificate2Collection certificates)
    {
        var at = 0;
        while (Next(pem, at) is var begin and >= 0)
        {
            RequireComments(pem[at..begin], at, pem, name);
            var line = LineOf(pem, begin);
            var label = LabelAt(pem, begin + Begin.Length)
                ?? throw Refuse(name, line, "begins a block whose first line does not end in -----");
            var body = begin + Begin.Length + label.Length + Dashes.Length;
            var endLine = $"{End}{label}{Dashes}";
            var length = pem[body..].IndexOf(endLine, StringComparison.Ordinal);
            var next = Next(pem, body);
            if (length < 0 || (next >= 0 && next < body + length))
            {
                throw Refuse(name, line, $"begins a block '{PrintableText.Of(label)}' that has no matching END line: "
                    + "the file is incomplete, or the block's last line is damaged");
            }

            if (label is Label or OldLabel)
            {
                certificates.Add(Decode(pem.Slice(body, length), name, line));
            }
            else if (!allowsKeys || !IsOfKey(label))
            {
                throw new InvalidIdentityException(
                    $"{name} cannot be used: line {line} begins a block '{PrintableText.Of(label)}'. {AdviceOn(label)}");
            }

            at = body + length + endLine.Length;
        }

        RequireComments(pem[at..], at, pem, name);
        if (certificates.Count == 0)
        {
            throw new InvalidIdentityException(pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
                ? $"{name} holds a private key, not a certificate. Keep the key secret, and specify its certificate instead."
                : $"{name} holds no certificate in PEM (-----BEGIN CERTIFICATE-----). "
                    + "Convert DER with 'openssl x509 -inform der', PKCS #12 with 'openssl pkcs12 -nokeys'.");
        }
    }

    private static int Next(ReadOnlySpan<char> pem, int from)
    {
        var at = pem[from..].IndexOf(Begin, StringComparison.Ordinal);
        return at < 0 ? -1 : from + at;
    }

    /// <summary>The label must end on its own line, so that a damaged label does not swallow the next block.</summary>
    private static string? LabelAt(ReadOnlySpan<char> pem, int at)
    {
        var rest = pem[at..];
        var length = rest.IndexOf(Dashes, StringComparison.Ordinal);
        return length < 0 || rest[..length].IndexOfAny('\r', '\n') >= 0 ? null : rest[..length].ToString();
    }

    /// <summary>Private keys in all formats, and the curve that OpenSSL writes above an EC key.</summary>
    private static bool IsOfKey(string label) =>
        label is "EC PARAMETERS" or "PRIVATE KEY" || label.EndsWith(" PRIVATE KEY", StringComparison.Ordinal);

    /// <summary>Returns advice about a block that is neither a certificate nor a permitted key.</summary>
    private static string AdviceOn(string label) => label switch
    {
        TrustedLabel => "Only OpenSSL reads it; convert it with 'openssl x509'.",
        "PKCS7" or "PKCS #7 SIGNED DATA" => "Convert it to certificates with 'openssl pkcs7 -print_certs'.",
        "X509 CRL" => "Certificate revocation lists are not supported; remove it.",
        "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST" =>
            "It is a request; replace it with the certificate that the authority issued for it.",
        _ when IsOfKey(label) => "Remove it: trust roots are certificates, and an authority's private key does not belong on a worker.",
        _ when label.Trim().Equals(Label, StringComparison.OrdinalIgnoreCase) =>
            "The label of a certificate is exactly -----BEGIN CERTIFICATE-----.",
        _ => "It is not a certificate; remove it, or convert it to -----BEGIN CERTIFICATE-----.",
    };

    private static X509Certificate2 Decode(ReadOnlySpan<char> body, string name, int line)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(body.Length)];
        try
        {
            if (Convert.TryFromBase64Chars(body, bytes, out var written) && written > 0)
            {
                return X509CertificateLoader.LoadCertificate(bytes.AsSpan(0, written));
            }
        }
        catch (CryptographicException e)
        {
            throw new InvalidIdentityException(
                $"{name} is damaged: the PEM block that begins on line {line} is not a certificate.", e);
        }

        throw new InvalidIdentityException($"{name} is damaged: the PEM block that begins on line {line} is not base64 text.");
    }

    /// <summary>Refuses text between blocks that is not a comment but a fragment of a damaged block.</summary>
    private static void RequireComments(ReadOnlySpan<char> between, int offset, ReadOnlySpan<char> pem, string name)
    {
        foreach (var match in DamagedLabel().EnumerateMatches(between))
        {
            throw Refuse(name, LineOf(pem, offset + match.Index), "looks like the first or last line of a certificate but is not: "
                + "a block begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----");
        }

        foreach (var match in BareBase64().EnumerateMatches(between))
        {
            throw Refuse(name, LineOf(pem, offset + match.Index), "is base64 text outside a block: "
                + "the line -----BEGIN CERTIFICATE----- above it is missing");
        }
    }

    private static int LineOf(ReadOnlySpan<char> pem, int at) => pem[..at].Count('\n') + 1;

    private static InvalidIdentityException Refuse(string name, int line, string fault) =>
        new($"{name} is damaged: line {line} {fault}.");

    /// <summary>
    /// Matches BEGIN or END, in any case: after three dashes, with a certificate's label before three dashes, or with that label alone on a
    /// line except for punctuation. The bounded repetitions keep the search linear.
    /// </summary>
    [GeneratedRegex(
        @"(?<!-)-{3,}[ \t]*(BEGIN|END)\b"
            + @"|\b(BEGIN|END)[ \t]+([\w#]+[ \t]+){0,3}(CERTIFICATE|PKCS *#? *7)[\w# \t]{0,40}-{3,}"
            + @"|^[^A-Z0-9#\r\n]*(BEGIN|END)[ \t]+([\w#]+[ \t]+)?(CERTIFICATE|PKCS *#? *7)[^A-Z0-9\r\n]*\r?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex DamagedLabel();

    /// <summary>A line of base64 at least as long as a line in PEM files.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9+/]{64,}={0,2}[ \t]*\r?$", RegexOptions.Multiline)]
    private static partial Regex BareBase64();
}
