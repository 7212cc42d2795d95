using System.Security.Cryptography;

namespace SecureCollectives.Security.Identity;

/// <summary>A private key as PEM text, erased on disposal. It cannot be printed by accident.</summary>
internal sealed class SecretPem : IDisposable
{
    // Pinned, so that the collector leaves no copies behind when it moves objects.
    private readonly char[] _text;

    private SecretPem(int length) => _text = GC.AllocateUninitializedArray<char>(length, pinned: true);

    public ReadOnlySpan<char> Text => _text;

    public static SecretPem Export(ECDsa key)
    {
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        try
        {
            const string Label = "PRIVATE KEY";
            var pem = new SecretPem(PemEncoding.GetEncodedSize(Label.Length, pkcs8.Length));
            if (!PemEncoding.TryWrite(Label, pkcs8, pem._text, out int written) || written != pem._text.Length)
            {
                throw new System.Diagnostics.UnreachableException("PEM text is longer than its computed size.");
            }

            return pem;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    public void Dispose() => Array.Clear(_text);
}
