using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Launch;

/// <summary>A certificate authority for one run, in memory alone: after <see cref="Issue"/> nobody can make a further worker of this run.</summary>
internal sealed class ThrowawayCertificates(TimeProvider time) : IWorkerCertificates
{
    private const string TrustDomain = "launch.local";
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // A run ends when its certificates do, and nothing renews them here; so they last longer than any sensible local run.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public IReadOnlyList<WorkerFiles> Issue(string job, int workers, string directory)
    {
        var now = time.GetUtcNow();
        using var authority = CertificateAuthority.Create(TrustDomain, now, Lifetime);
        var authorityPath = Path.Combine(directory, "ca.pem");
        Write(authorityPath, authority.CertificatePem);

        var files = new WorkerFiles[workers];
        for (var rank = 0; rank < workers; rank++)
        {
            using var issued = authority.Issue(WorkerId.Create(TrustDomain, job, rank), now, Lifetime);
            var stem = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"rank-{rank}"));
            files[rank] = new WorkerFiles($"{stem}.pem", $"{stem}.key", authorityPath);
            Write(files[rank].Certificate, issued.CertificatePem);
            Write(files[rank].Key, issued.Key.Text);
        }

        return files;
    }

    private static void Write(string path, ReadOnlySpan<char> text)
    {
        // The text may be a key: its bytes are pinned, so that no copies stay behind, erased afterwards, and not buffered on their way.
        var bytes = GC.AllocateUninitializedArray<byte>(Encoding.ASCII.GetByteCount(text), pinned: true);
        try
        {
            Encoding.ASCII.GetBytes(text, bytes);
            // The mode is given at creation: at no moment can another user open the file.
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerReadWrite,
                BufferSize = 0,
            });
            file.Write(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
