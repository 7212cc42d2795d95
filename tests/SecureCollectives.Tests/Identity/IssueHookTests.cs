using System.Diagnostics;
using System.Runtime.Versioning;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Identity;

/// <summary>The example hook that issues a worker's certificate with openssl.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class IssueHookTests : IDisposable
{
    private const string Identity = $"spiffe://{TestPki.DefaultTrustDomain}/ns/ml/train-2";

    private readonly TemporaryDirectory _directory = new();
    private readonly TestPki _pki = new();

    [Fact]
    public void Hook_RunTwice_GivesAnIdentityThatWorkersAcceptAndRenewsIt()
    {
        Issue();
        var current = _directory.Combine("identity/current");
        var files = new IdentityFiles(
            Path.Combine(current, "tls.crt"), Path.Combine(current, "tls.key"), Path.Combine(current, "ca.crt"));
        var time = new ManualTime(DateTimeOffset.UtcNow.AddMinutes(1));
        var map = TemplateIdentities.Parse($"spiffe://{TestPki.DefaultTrustDomain}/ns/ml/{{job}}-{{rank}}", null);
        using var source = IdentitySource.Open(files, time, new RecordingLogger(), map);
        Assert.Equal((Identity, "train", 2), (source.Worker.Uri, source.Worker.Job, source.Worker.Rank));
        var first = source.Newest().LeafHash.ToArray();

        Issue();
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotEqual(first, source.Newest().LeafHash.ToArray());
        Assert.Equal(2, Directory.GetFileSystemEntries(_directory.Combine("identity")).Length);
    }

    public void Dispose()
    {
        _pki.Dispose();
        _directory.Dispose();
    }

    private void Issue()
    {
        using var key = _pki.Authority.ExportKey();
        PemFile.Write(_directory.Combine("ca.pem"), _pki.RootPem, overwrite: true);
        PemFile.Write(_directory.Combine("ca-key.pem"), key.Text, overwrite: true);
        using var hook = Process.Start(
            RepositoryRoot.PathOf("examples", "identities", "issue-with-openssl"),
            [_directory.Path, Identity, _directory.Combine("identity")]);
        hook.WaitForExit();
        Assert.Equal(0, hook.ExitCode);
    }
}
