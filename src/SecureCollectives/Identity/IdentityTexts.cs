using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>A snapshot of the content of the identity files.</summary>
internal sealed class IdentityTexts : IDisposable
{
    private readonly IdentityFiles _files;
    private readonly string _certificate;
    private readonly SecretPem _key;
    private readonly string _authority;

    private IdentityTexts(IdentityFiles files, string certificate, SecretPem key, string authority)
    {
        _files = files;
        _certificate = certificate;
        _key = key;
        _authority = authority;
        Fingerprint = FingerprintOf(certificate, key.Text, authority);
    }

    /// <summary>
    /// Identifies the content. File times are not used: a mounted secret is updated by switching a symbolic link, and its times may be old.
    /// </summary>
    public ReadOnlyMemory<byte> Fingerprint { get; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidIdentityException">
    /// A file cannot be read, the key is open to others, or others may write the trust roots.
    /// </exception>
    public static IdentityTexts Read(IdentityFiles files)
    {
        var certificate = PemFile.Read(files.Certificate);
        var authority = PemFile.ReadTrusted(files.Authority);
        return new IdentityTexts(files, certificate, PemFile.ReadPrivate(files.Key), authority);
    }

    /// <summary>Returns the identity. The caller owns it.</summary>
    /// <param name="now">The time at which the certificate must be valid.</param>
    /// <param name="map">Maps identities to ranks; null for the default form.</param>
    /// <exception cref="InvalidIdentityException">The content is not an identity that peers would accept.</exception>
    public WorkerIdentity ToIdentity(DateTimeOffset now, IdentityMap? map)
    {
        var chain = PemCertificates.ReadChain(_certificate, $"'{_files.Certificate}'");
        try
        {
            var roots = PemCertificates.ReadRoots(_authority, $"'{_files.Authority}'");
            return WorkerIdentity.Create(chain, _key.Text, roots, now, map);
        }
        catch
        {
            PemCertificates.DisposeAll(chain);
            throw;
        }
    }

    public void Dispose() => _key.Dispose();

    private static byte[] FingerprintOf(ReadOnlySpan<char> certificate, ReadOnlySpan<char> key, ReadOnlySpan<char> authority)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Hash the lengths first, so that moving text from one file to the next changes the fingerprint.
        ReadOnlySpan<int> lengths = [certificate.Length, key.Length, authority.Length];
        hash.AppendData(MemoryMarshal.AsBytes(lengths));
        hash.AppendData(MemoryMarshal.AsBytes(certificate));
        hash.AppendData(MemoryMarshal.AsBytes(key));
        hash.AppendData(MemoryMarshal.AsBytes(authority));
        return hash.GetHashAndReset();
    }
}
