using System.Globalization;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// A certificate authority for one launch, held only in memory: after <see cref="Issue"/> nobody can issue a certificate for another
/// worker.
/// </summary>
internal sealed class ThrowawayCertificates(TimeProvider time) : IWorkerCertificates
{
    private const string TrustDomain = "launch.local";

    // Nothing renews these certificates, and a job ends when they expire, so they must outlast any likely local job.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public IReadOnlyList<WorkerFiles> Issue(string job, int workers, string directory)
    {
        var now = time.GetUtcNow();
        using var authority = CertificateAuthority.Create(TrustDomain, now, Lifetime);
        var authorityPath = Path.Combine(directory, "ca.pem");
        PemFile.Write(authorityPath, authority.CertificatePem, overwrite: false);

        var files = new WorkerFiles[workers];
        for (var rank = 0; rank < workers; rank++)
        {
            using var issued = authority.Issue(WorkerId.Create(TrustDomain, job, rank), now, Lifetime);
            var stem = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"rank-{rank}"));
            files[rank] = new WorkerFiles($"{stem}.pem", $"{stem}.key", authorityPath);
            PemFile.Write(files[rank].Certificate, issued.CertificatePem, overwrite: false);
            PemFile.Write(files[rank].Key, issued.Key.Text, overwrite: false);
        }

        return files;
    }
}
