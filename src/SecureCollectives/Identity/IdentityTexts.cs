using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>What the identity's files held at one moment.</summary>
internal sealed class IdentityTexts : IDisposable
{
    private readonly string _certificate;
    private readonly SecretPem _key;
    private readonly string _authority;

    private IdentityTexts(string certificate, SecretPem key, string authority)
    {
        _certificate = certificate;
        _key = key;
        _authority = authority;
        Fingerprint = FingerprintOf(certificate, key.Text, authority);
    }

    /// <summary>
    /// Tells one content from another. The content, not the files' times: mounted secrets change by a symbolic link with old times.
    /// </summary>
    public ReadOnlyMemory<byte> Fingerprint { get; }

    /// <exception cref="InvalidIdentityException">A file cannot be read, the key's is open to others, or others may write the
    /// authority's.</exception>
    public static IdentityTexts Read(IdentityFiles files)
    {
        var certificate = PemFile.Read(files.Certificate);
        var authority = PemFile.ReadTrusted(files.Authority);
        return new IdentityTexts(certificate, PemFile.ReadPrivate(files.Key), authority);
    }

    /// <exception cref="InvalidIdentityException">The contents do not make an identity that peers would accept.</exception>
    public WorkerIdentity ToIdentity(DateTimeOffset now) => WorkerIdentity.Create(_certificate, _key.Text, _authority, now);

    public void Dispose() => _key.Dispose();

    private static byte[] FingerprintOf(ReadOnlySpan<char> certificate, ReadOnlySpan<char> key, ReadOnlySpan<char> authority)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // The lengths first, so that text moved from one file into the next is seen.
        ReadOnlySpan<int> lengths = [certificate.Length, key.Length, authority.Length];
        hash.AppendData(MemoryMarshal.AsBytes(lengths));
        hash.AppendData(MemoryMarshal.AsBytes(certificate));
        hash.AppendData(MemoryMarshal.AsBytes(key));
        hash.AppendData(MemoryMarshal.AsBytes(authority));
        return hash.GetHashAndReset();
    }
}
