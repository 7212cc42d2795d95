using System.CommandLine;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Cli.Pki;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Tests.Pki;

[UnsupportedOSPlatform("windows")]
public sealed class ThrowawayCommandTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public async Task Throwaway_Range_CreatesADirectoryWithOneIdentityPerRank()
    {
        var (code, output, error) = await RunAsync("--job", "demo", "--rank", "0-2", "--lifetime", "90m");

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("Valid until 2030-01-02 04:34:05 UTC. The authority's key is gone.", output, StringComparison.Ordinal);
        Assert.Equal(["rank-0", "rank-1", "rank-2"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order());
        for (var rank = 0; rank < 3; rank++)
        {
            var own = OwnDirectory(rank);
            Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(own));
            Assert.Equal(["ca.pem", "certificate.pem", "key.pem"], Directory.GetFileSystemEntries(own).Select(Path.GetFileName).Order());
            Assert.All(Directory.GetFiles(own), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
            using var source = IdentitySource.Open(FilesOf(rank), _time, new RecordingLogger());
            Assert.Equal(WorkerId.Create("throwaway.local", "demo", rank), source.Worker);
        }
    }

    [Fact]
    public async Task Throwaway_IdentityTemplate_CreatesThoseIdentitiesInItsTrustDomain()
    {
        var (code, output, error) = await RunAsync(
            "--job", "demo", "--rank", "0-1", "--identity-template", "spiffe://example.org/ml/{job}-{rank}");

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("Issued spiffe://example.org/ml/demo-1 in ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throwaway_Keys_AreOnePerRankAndExcludeTheAuthoritys()
    {
        await RunAsync("--job", "demo", "--rank", "0-1");

        var keys = Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("PRIVATE KEY", StringComparison.Ordinal));
        Assert.Equal([FilesOf(0).Key, FilesOf(1).Key], keys.Order());
        using var authority = X509CertificateLoader.LoadCertificateFromFile(FilesOf(0).Authority);
        for (var rank = 0; rank < 2; rank++)
        {
            using var leaf = X509Certificate2.CreateFromPemFile(FilesOf(rank).Certificate, FilesOf(rank).Key);
            Assert.NotEqual(authority.GetPublicKey(), leaf.GetPublicKey());
            Assert.Equal(File.ReadAllText(FilesOf(0).Authority), File.ReadAllText(FilesOf(rank).Authority));
        }
    }

    [Fact]
    public async Task Throwaway_OneFileExists_WritesNothingWithoutForce()
    {
        await RunAsync("--job", "demo", "--rank", "1");
        var before = File.ReadAllText(FilesOf(1).Key);

        var (code, _, error) = await RunAsync("--job", "demo", "--rank", "0-1");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("already exists; nothing was written", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(OwnDirectory(0)));
        Assert.Equal(before, File.ReadAllText(FilesOf(1).Key));
    }

    [Fact]
    public async Task Throwaway_Force_ReplacesAllThreeFilesInAnExistingDirectory()
    {
        // The directory already exists, with the identity of an earlier run, as a container's volume may.
        await RunAsync("--job", "demo", "--rank", "0");
        string[] before = [.. Directory.GetFiles(OwnDirectory(0)).Order().Select(File.ReadAllText)];

        var (code, _, error) = await RunAsync("--job", "demo", "--rank", "0", "--force");

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.All(Directory.GetFiles(OwnDirectory(0)).Order().Select(File.ReadAllText).Zip(before),
            pair => Assert.NotEqual(pair.Second, pair.First));
        using var source = IdentitySource.Open(FilesOf(0), _time, new RecordingLogger());
        Assert.Equal(0, source.Worker.Rank);
    }

    [Theory]
    [InlineData("--rank 0 --out x", "--job")]
    [InlineData("--job demo --out x", "--rank")]
    [InlineData("--job demo --rank 0", "--out")]
    [InlineData("--job Demo --rank 0 --out x", "--job")]
    [InlineData("--job demo --rank 3-1 --out x", "--rank")]
    [InlineData("--job demo --rank 0 --out x --lifetime 7", "--lifetime")]
    public async Task Throwaway_BadUsage_FailsWithOneLineAndExitCode2(string arguments, string named)
    {
        var error = new StringWriter();
        var code = await CommandRunner.RunAsync(Root(), ["pki", "throwaway", .. arguments.Split(' ')], TextWriter.Null, error);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(named, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    public void Dispose() => _directory.Dispose();

    private string OwnDirectory(int rank) => _directory.Combine($"rank-{rank}");

    private IdentityFiles FilesOf(int rank) => new(
        Path.Combine(OwnDirectory(rank), "certificate.pem"), Path.Combine(OwnDirectory(rank), "key.pem"),
            Path.Combine(OwnDirectory(rank), "ca.pem"));

    private RootCommand Root() => new() { PkiCommand.Create(_time) };

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] options)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await CommandRunner.RunAsync(Root(), ["pki", "throwaway", "--out", _directory.Path, .. options], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
