using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Reads all certificates of a PEM text (RFC 7468), or none: a block that cannot be read is refused by its line, never skipped. A trust
/// root that silently went missing would show only as peers that "were not issued by an authority we trust".
/// </summary>
/// <remarks>
/// .NET's reader takes a block only where its label begins a line, so that files joined without a line end between them lose every second
/// certificate. Here a block may begin anywhere. Text between blocks, and blocks of other kinds, say nothing.
/// </remarks>
internal static class PemCertificates
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";
    private const string Label = "CERTIFICATE";

    /// <summary>The old name for the same (RFC 7468, section 5.1).</summary>
    private const string OldLabel = "X509 CERTIFICATE";

    /// <summary>OpenSSL's own, with a statement of trust behind the certificate that .NET does not read.</summary>
    private const string TrustedLabel = "TRUSTED CERTIFICATE";

    /// <param name="pem">The text.</param>
    /// <param name="name">Names it in messages.</param>
    /// <returns>One certificate at least; the caller disposes them.</returns>
    /// <exception cref="InvalidIdentityException">There is none, or one cannot be read; the message names the line.</exception>
    public static X509Certificate2Collection Read(ReadOnlySpan<char> pem, string name)
    {
        var certificates = new X509Certificate2Collection();
        var complete = false;
        try
        {
            Read(pem, name, certificates);
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

    public static void DisposeAll(X509Certificate2Collection certificates)
    {
        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }
    }

    private static void Read(ReadOnlySpan<char> pem, string name, X509Certificate2Collection certificates)
    {
        var at = 0;
        while (Next(pem, at) is var begin and >= 0)
        {
            RefuseDamagedLabels(pem[at..begin], at, pem, name);
            var line = LineOf(pem, begin);
            var label = LabelAt(pem, begin + Begin.Length)
                ?? throw Refuse(name, line, "begins a block whose first line does not end in -----");
            var body = begin + Begin.Length + label.Length + Dashes.Length;
            var endLine = $"{End}{label}{Dashes}";
            var length = pem[body..].IndexOf(endLine, StringComparison.Ordinal);
            var next = Next(pem, body);
            if (length < 0 || (next >= 0 && next < body + length))
            {
                throw Refuse(name, line, $"begins a block '{PrintableText.Of(label)}' that does not end: the file is incomplete, or the "
                    + "block's last line is damaged");
            }

            if (label == TrustedLabel)
            {
                throw Refuse(name, line, $"begins a block '{TrustedLabel}', which only OpenSSL reads; convert it with 'openssl x509'");
            }

            if (label is Label or OldLabel)
            {
                certificates.Add(Decode(pem.Slice(body, length), name, line));
            }

            at = body + length + endLine.Length;
        }

        RefuseDamagedLabels(pem[at..], at, pem, name);
        if (certificates.Count == 0)
        {
            throw new InvalidIdentityException(pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
                ? $"{name} holds a private key, not a certificate. Keep it secret, and give the certificate that belongs to it."
                : $"{name} holds no certificate in PEM (-----BEGIN CERTIFICATE-----).");
        }
    }

    private static int Next(ReadOnlySpan<char> pem, int from)
    {
        var at = pem[from..].IndexOf(Begin, StringComparison.Ordinal);
        return at < 0 ? -1 : from + at;
    }

    /// <summary>The label ends on its line: a damaged one must not swallow the next block.</summary>
    private static string? LabelAt(ReadOnlySpan<char> pem, int at)
    {
        var rest = pem[at..];
        var length = rest.IndexOf(Dashes, StringComparison.Ordinal);
        return length < 0 || rest[..length].IndexOfAny('\r', '\n') >= 0 ? null : rest[..length].ToString();
    }

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
                $"{name} is damaged: the PEM block that begins in line {line} is no certificate.", e);
        }

        throw new InvalidIdentityException($"{name} is damaged: the PEM block that begins in line {line} is not base64 text.");
    }

    /// <summary>What was meant as a label and is none, between blocks: too few dashes, other cases, an end without a beginning.</summary>
    private static void RefuseDamagedLabels(ReadOnlySpan<char> between, int offset, ReadOnlySpan<char> pem, string name)
    {
        for (var from = 0; from < between.Length;)
        {
            var at = between[from..].IndexOf(Label, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return;
            }

            at += from;
            var lineStart = between[..at].LastIndexOfAny('\r', '\n') + 1;
            var before = between[lineStart..at];
            var word = before.TrimEnd().TrimEnd("xX509").TrimEnd();
            if (before.Contains('-') && (word.EndsWith("BEGIN", StringComparison.OrdinalIgnoreCase)
                || word.EndsWith("END", StringComparison.OrdinalIgnoreCase)))
            {
                throw Refuse(name, LineOf(pem, offset + at), "looks like the first or last line of a certificate and is none: a block "
                    + "begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----");
            }

            from = at + Label.Length;
        }
    }

    private static int LineOf(ReadOnlySpan<char> pem, int at) => pem[..at].Count('\n') + 1;

    private static InvalidIdentityException Refuse(string name, int line, string fault) =>
        new($"{name} is damaged: line {line} {fault}.");
}
