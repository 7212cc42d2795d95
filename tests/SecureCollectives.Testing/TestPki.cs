using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Testing;

/// <summary>
/// An in-memory certificate authority and the workers to which it issues certificates, including certificates such as an attacker or a
/// careless operator would make.
/// </summary>
internal sealed class TestPki : IDisposable
{
    public const string DefaultTrustDomain = "test.example";
    public const string DefaultJob = "job-a";

    private readonly Lock _gate = new();
    private readonly List<IDisposable> _owned = [];

    public TestPki(string trustDomain = DefaultTrustDomain, DateTimeOffset? now = null)
    {
        Now = now ?? DateTimeOffset.UtcNow;
        Authority = Own(CertificateAuthority.Create(trustDomain, Now));
    }

    /// <summary>The time of issue, and the current time for <see cref="CreateTlsOptions"/>.</summary>
    public DateTimeOffset Now { get; }

    public CertificateAuthority Authority { get; }

    public string RootPem => Authority.CertificatePem;

    public WorkerId Worker(int rank, string job = DefaultJob) => WorkerId.Create(Authority.TrustDomain, job, rank);

    public IssuedCertificate Issue(int rank, string job = DefaultJob, TimeSpan? lifetime = null, DateTimeOffset? now = null) =>
        Issue(Worker(rank, job), lifetime, now);

    /// <summary>Issues a certificate for an identity from a rank map.</summary>
    public IssuedCertificate Issue(WorkerId worker, TimeSpan? lifetime = null, DateTimeOffset? now = null)
    {
        lock (_gate)
        {
            return OwnLocked(Authority.Issue(worker, now ?? Now, lifetime));
        }
    }

    public WorkerIdentity CreateIdentity(int rank, string job = DefaultJob, TimeSpan? lifetime = null)
    {
        var issued = Issue(rank, job, lifetime);
        return Own(WorkerIdentity.Create(issued.CertificatePem, issued.Key.Text, RootPem, Now));
    }

    public TlsOptionsFactory CreateTlsOptions(int rank, string job = DefaultJob)
    {
        var identity = CreateIdentity(rank, job);
        return new TlsOptionsFactory(() => identity, () => Now);
    }

    /// <summary>Writes <c>worker.pem</c>, <c>worker-key.pem</c> and <c>ca.pem</c>, replacing existing files.</summary>
    public IdentityFiles WriteFiles(
        string directory, int rank, string job = DefaultJob, TimeSpan? lifetime = null, DateTimeOffset? now = null) =>
        WriteFiles(directory, Worker(rank, job), lifetime, now);

    /// <summary>Writes the same files for an identity from a rank map.</summary>
    public IdentityFiles WriteFiles(string directory, WorkerId worker, TimeSpan? lifetime = null, DateTimeOffset? now = null)
    {
        var issued = Issue(worker, lifetime, now);
        return WriteFiles(directory, issued.CertificatePem, issued.Key.Text);
    }

    private IdentityFiles WriteFiles(string directory, string certificatePem, ReadOnlySpan<char> keyPem)
    {
        var files = new IdentityFiles(
            Path.Combine(directory, "worker.pem"), Path.Combine(directory, "worker-key.pem"), Path.Combine(directory, "ca.pem"));
        PemFile.Write(files.Certificate, certificatePem, overwrite: true);
        PemFile.Write(files.Key, keyPem, overwrite: true);
        PemFile.Write(files.Authority, RootPem, overwrite: true);
        return files;
    }

    /// <summary>Writes the same files for a leaf created from a recipe.</summary>
    public IdentityFiles WriteFiles(string directory, LeafRecipe recipe)
    {
        var leaf = Forge(recipe);
        using var key = leaf.GetECDsaPrivateKey()!;
        return WriteFiles(directory, leaf.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Returns a leaf according to the recipe, with its private key, signed by this authority.</summary>
    public X509Certificate2 Forge(LeafRecipe recipe)
    {
        using var issuerKey = CopyAuthorityKey();
        using var issuer = X509Certificate2.CreateFromPem(RootPem);
        return Own(recipe.Make(issuer, issuerKey, this));
    }

    /// <summary>Returns the authority's own certificate with its private key, as a thief of the key could present it.</summary>
    public X509Certificate2 AuthorityAsLeaf()
    {
        using var key = Authority.ExportKey();
        return Own(X509Certificate2.CreateFromPem(RootPem, key.Text));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var owned in Enumerable.Reverse(_owned))
            {
                owned.Dispose();
            }

            _owned.Clear();
        }
    }

    private ECDsa CopyAuthorityKey()
    {
        using var key = Authority.ExportKey();
        var copy = ECDsa.Create();
        copy.ImportFromPem(key.Text);
        return copy;
    }

    private T Own<T>(T disposable)
        where T : IDisposable
    {
        lock (_gate)
        {
            return OwnLocked(disposable);
        }
    }

    private T OwnLocked<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }
}
