using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Security.Identity;

/// <summary>A private key as PEM text, erased on disposal. It has no ToString, so it cannot be printed by accident.</summary>
internal sealed class SecretPem : IDisposable
{
    // Pinned, so that the garbage collector does not leave copies when it moves objects.
    private readonly char[] _text;

    private SecretPem(int length) => _text = GC.AllocateUninitializedArray<char>(length, pinned: true);

    public ReadOnlySpan<char> Text => _text;

    /// <summary>Copies text read from a file. Any non-ASCII character becomes '?', which no PEM reader accepts.</summary>
    public static SecretPem FromAscii(ReadOnlySpan<byte> text)
    {
        var pem = new SecretPem(text.Length);
        Encoding.ASCII.GetChars(text, pem._text);
        return pem;
    }

    public static SecretPem Export(ECDsa key)
    {
        var pkcs8 = key.ExportPkcs8PrivateKey();
        try
        {
            const string Label = "PRIVATE KEY";
            var pem = new SecretPem(PemEncoding.GetEncodedSize(Label.Length, pkcs8.Length));
            if (!PemEncoding.TryWrite(Label, pkcs8, pem._text, out var written) || written != pem._text.Length)
            {
                throw new UnreachableException("PEM text is longer than its computed size.");
            }

            return pem;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_text.AsSpan()));
}
