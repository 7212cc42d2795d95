using System.CommandLine;
using System.Runtime.Versioning;
using SecureCollectives.Cli.Pki;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Tests.Pki;

[UnsupportedOSPlatform("windows")]
public sealed class PkiCommandTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly string _authority;

    public PkiCommandTests() => _authority = _directory.Combine("pki");

    [Fact]
    public async Task Init_NewDirectory_CreatesAnAuthorityThatOnlyTheOwnerCanRead()
    {
        (var code, var output, var error) = await RunAsync("init", "--ca", _authority, "--trust-domain", "example.org");

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("'example.org', valid until 2030-01-09 03:04:05 UTC", output, StringComparison.Ordinal);
        Assert.Equal(["ca-key.pem", "ca.pem"], FilesIn(_authority));
        Assert.All(Directory.GetFiles(_authority), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_authority));
    }

    [Fact]
    public async Task Init_AuthorityExists_IsReplacedOnlyWithForce()
    {
        await InitAsync();
        var before = File.ReadAllText(Path.Combine(_authority, "ca.pem"));

        (var code, _, var error) = await RunAsync("init", "--ca", _authority);
        AssertOneLine(error, "already exists");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal(before, File.ReadAllText(Path.Combine(_authority, "ca.pem")));

        (code, _, _) = await RunAsync("init", "--ca", _authority, "--force");
        Assert.Equal(ExitCode.Success, code);
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(_authority, "ca.pem")));
    }

    /// <summary>Other users with write access to the directory could replace the authority with their own.</summary>
    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Init_DirectoryWritableByOthers_WritesNothingAndIsRefused(UnixFileMode extra)
    {
        Directory.CreateDirectory(_authority);
        File.SetUnixFileMode(_authority, OwnerOnly | UnixFileMode.UserExecute | extra);
        (var code, _, var error) = await RunAsync("init", "--ca", _authority);
        AssertOneLine(error, $"chmod go-w '{_authority}'");
        Assert.NotEqual(ExitCode.Success, code);
        Assert.Empty(FilesIn(_authority));
    }

    /// <summary>In a sticky directory such as /tmp, anybody may add files but nobody may replace another user's files.</summary>
    [Fact]
    public async Task Init_StickyDirectory_IsUsed()
    {
        Directory.CreateDirectory(_authority);
        File.SetUnixFileMode(_authority,
            OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit);
        (var code, _, var error) = await RunAsync("init", "--ca", _authority);
        Assert.Equal((ExitCode.Success, ""), (code, error));
    }

    [Fact]
    public async Task Issue_AuthorityWritableByOthers_IsRefused()
    {
        await InitAsync();
        var certificate = Path.Combine(_authority, "ca.pem");
        File.SetUnixFileMode(certificate, OwnerOnly | UnixFileMode.OtherWrite);
        (var code, _, var error) = await RunAsync("issue", "--ca", _authority, "--job", "demo", "--rank", "0");
        AssertOneLine(error, $"chmod go-w '{certificate}'");
        Assert.NotEqual(ExitCode.Success, code);
    }

    [Fact]
    public async Task Issue_Range_CreatesIdentitiesThatWorkersCanUse()
    {
        await InitAsync();
        (var code, var output, var error) = await RunAsync(
            "issue", "--ca", _authority, "--job", "demo", "--rank", "0-2", "--lifetime", "90m");

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("Valid until 2030-01-02 04:34:05 UTC.", output, StringComparison.Ordinal);
        var directory = Path.Combine(_authority, "demo");
        Assert.Equal(["ca.pem", "rank-0-key.pem", "rank-0.pem", "rank-1-key.pem", "rank-1.pem", "rank-2-key.pem", "rank-2.pem"],
            FilesIn(directory));
        Assert.All(Directory.GetFiles(directory), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        for (var rank = 0; rank < 3; rank++)
        {
            var files = new IdentityFiles(
                Path.Combine(directory, $"rank-{rank}.pem"), Path.Combine(directory, $"rank-{rank}-key.pem"),
                    Path.Combine(directory, "ca.pem"));
            using var source = IdentitySource.Open(files, _time, new RecordingLogger());
            Assert.Equal(WorkerId.Create("example.org", "demo", rank), source.Worker);
        }
    }

    /// <summary>Workers with the same template accept these identities, and workers without it do not; <c>inspect</c> agrees.</summary>
    [Theory]
    [InlineData("spiffe://example.org/ns/ml/job/{job}/rank-{rank}", "spiffe://example.org/ns/ml/job/demo/rank-2",
        "Accepted as rank 2 of job 'demo' in trust domain 'example.org'.")]
    [InlineData("spiffe://example.org/pool/{rank}", "spiffe://example.org/pool/2",
        "Accepted as rank 2 in trust domain 'example.org', of any job.")]
    public async Task Issue_IdentityTemplate_CreatesIdentitiesThatInspectAccepts(string template, string identity, string accepted)
    {
        await InitAsync();
        var (code, output, error) = await RunAsync(
            "issue", "--ca", _authority, "--job", "demo", "--rank", "2", "--identity-template", template);
        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains($"Issued {identity} as ", output, StringComparison.Ordinal);

        var certificate = Path.Combine(_authority, "demo", "rank-2.pem");
        (code, output, _) = await RunAsync("inspect", certificate, "--ca", _authority, "--identity-template", template);
        Assert.Equal(ExitCode.Success, code);
        Assert.Contains(accepted, output, StringComparison.Ordinal);

        (code, output, _) = await RunAsync("inspect", certificate, "--ca", _authority);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(
            $"URI '{identity}' is not of the form spiffe://<trust-domain>/job/<job>/rank/<n>.", output, StringComparison.Ordinal);
    }

    /// <summary>Workers accept a certificate until the first certificate in its chain expires.</summary>
    [Fact]
    public async Task Inspect_AuthorityExpiresBeforeTheCertificate_SaysWhenTheChainEnds()
    {
        using var pki = new TestPki(now: _time.GetUtcNow());
        Directory.CreateDirectory(_authority);
        var files = pki.WriteFiles(_authority, new LeafRecipe { ValidUntil = TimeSpan.FromDays(30) });

        var (code, output, error) = await RunAsync("inspect", files.Certificate, "--ca", files.Authority);

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("Valid until 2030-01-09 03:04:05 UTC, for another 7 days 0 hours.", output, StringComparison.Ordinal);
        Assert.Contains("An authority in its chain expires then; the certificate itself ends at 2030-02-01 03:04:05 UTC.", output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spiffe://example.com/{job}/{rank}", "trust domain 'example.com', but the authority")]
    [InlineData("spiffe://example.org/{job}", "all workers would have one identity")]
    public async Task Issue_UnusableIdentityTemplate_WritesNothing(string template, string words)
    {
        await InitAsync();
        var (code, _, error) = await RunAsync(
            "issue", "--ca", _authority, "--job", "demo", "--rank", "0", "--identity-template", template);
        Assert.Equal(ExitCode.Usage, code);
        AssertOneLine(error, words);
        Assert.False(Directory.Exists(Path.Combine(_authority, "demo")));
    }

    [Fact]
    public async Task Issue_OneFileExists_WritesNothingWithoutForce()
    {
        await InitAsync();
        await IssueAsync("1");
        var directory = Path.Combine(_authority, "demo");
        var before = File.ReadAllText(Path.Combine(directory, "rank-1.pem"));

        (var code, _, var error) = await RunAsync("issue", "--ca", _authority, "--job", "demo", "--rank", "0-2");
        Assert.Equal(ExitCode.Usage, code);
        AssertOneLine(error, "rank-1.pem' already exists");
        Assert.Equal(["ca.pem", "rank-1-key.pem", "rank-1.pem"], FilesIn(directory));
        Assert.Equal(before, File.ReadAllText(Path.Combine(directory, "rank-1.pem")));

        (code, _, _) = await RunAsync("issue", "--ca", _authority, "--job", "demo", "--rank", "0-2", "--force");
        Assert.Equal(ExitCode.Success, code);
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(directory, "rank-1.pem")));
    }

    [Fact]
    public async Task Issue_OutBelongsToAnotherAuthority_IsRefused()
    {
        await InitAsync();
        var output = _directory.Combine("workers");
        await RunAsync("issue", "--ca", _authority, "--job", "demo", "--rank", "0", "--out", output);
        await RunAsync("init", "--ca", _authority, "--force");

        (var code, _, var error) = await RunAsync("issue", "--ca", _authority, "--job", "demo", "--rank", "1", "--out", output);
        Assert.Equal(ExitCode.Usage, code);
        AssertOneLine(error, "another authority");
        Assert.Equal(["ca.pem", "rank-0-key.pem", "rank-0.pem"], FilesIn(output));
    }

    [Fact]
    public async Task Issue_NoAuthority_SaysHowToCreateOne()
    {
        (var code, _, var error) = await RunAsync("issue", "--ca", _authority, "--job", "demo", "--rank", "0");
        Assert.Equal(ExitCode.Usage, code);
        AssertOneLine(error, "secure-collectives pki");
    }

    [Fact]
    public async Task Issue_AuthorityKeyReadableByOthers_NamesTheCommandThatFixesIt()
    {
        await InitAsync();
        var key = Path.Combine(_authority, "ca-key.pem");
        File.SetUnixFileMode(key, OwnerOnly | UnixFileMode.OtherRead);
        (var code, _, var error) = await RunAsync("issue", "--ca", _authority, "--job", "demo", "--rank", "0");
        Assert.Equal(ExitCode.Usage, code);
        AssertOneLine(error, $"chmod 600 '{key}'");
    }

    [Fact]
    public async Task Issue_LifetimeBeyondTheAuthoritys_SaysWhenTheAuthorityExpires()
    {
        await InitAsync();
        (_, var output, _) = await RunAsync("issue", "--ca", _authority, "--job", "demo", "--rank", "0", "--lifetime", "30d");
        Assert.Contains("Valid until 2030-01-09 03:04:05 UTC, when the authority expires.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_ValidCertificate_ReportsWorkerAndExpiry()
    {
        await InitAsync();
        await IssueAsync("3");
        (var code, var output, var error) = await InspectAsync("rank-3.pem");
        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("Accepted as rank 3 of job 'demo' in trust domain 'example.org'.", output, StringComparison.Ordinal);
        Assert.Contains("Valid until 2030-01-03 03:04:05 UTC, for another 1 day 0 hours.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_ExpiredCertificate_ReportsExpiryAndClaimedWorker()
    {
        await InitAsync();
        await IssueAsync("3");
        _time.Advance(TimeSpan.FromHours(25));
        await AssertRefusedAsync("rank-3.pem", ["expired at 2030-01-03 03:04:05 UTC", "It claims to be rank 3 of job 'demo'"]);
    }

    [Fact]
    public async Task Inspect_OtherAuthority_IsRefused()
    {
        await InitAsync();
        await IssueAsync("3");
        await RunAsync("init", "--ca", _authority, "--trust-domain", "example.org", "--force");
        await AssertRefusedAsync("rank-3.pem", ["not issued by an authority we trust"]);
    }

    [Fact]
    public async Task Inspect_OtherTrustDomain_IsRefused()
    {
        await InitAsync();
        await IssueAsync("3");
        await AssertRefusedAsync("rank-3.pem", ["not to ours, 'other.example'"], "--trust-domain", "other.example");
    }

    [Fact]
    public async Task Inspect_TheAuthorityItself_IsRefused()
    {
        await InitAsync();
        await IssueAsync("3");
        await AssertRefusedAsync("ca.pem", ["is a certificate authority"]);
    }

    [Fact]
    public async Task Inspect_PrivateKey_ReportsThatItIsAKey()
    {
        await InitAsync();
        await IssueAsync("3");
        (var code, _, var error) = await InspectAsync("rank-3-key.pem");
        Assert.Equal(ExitCode.Usage, code);
        AssertOneLine(error, "holds a private key, not a certificate");
    }

    [Theory]
    [InlineData("")]
    [InlineData("some text")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n")]
    public async Task Inspect_NotACertificate_FailsWithOneLineAndExitCode2(string text)
    {
        await InitAsync();
        var file = _directory.Combine("file.pem");
        File.WriteAllText(file, text);
        (var code, _, var error) = await RunAsync("inspect", file, "--ca", _authority);
        Assert.Equal(ExitCode.Usage, code);
        AssertOneLine(error, file);
    }

    [Theory]
    [InlineData("init --trust-domain Example.org", "--trust-domain")]
    [InlineData("init --lifetime 7", "--lifetime")]
    [InlineData("init --lifetime 0d", "--lifetime")]
    [InlineData("init --lifetime 3651d", "--lifetime")]
    [InlineData("init --lifetime 99999999999d", "--lifetime")]
    [InlineData("issue --job demo", "--rank")]
    [InlineData("issue --rank 0", "--job")]
    [InlineData("issue --job Demo --rank 0", "--job")]
    [InlineData("issue --job .. --rank 0", "--job")]
    [InlineData("issue --job demo --rank -1", "--rank")]
    [InlineData("issue --job demo --rank 3-1", "--rank")]
    [InlineData("issue --job demo --rank 0-1-2", "--rank")]
    [InlineData("issue --job demo --rank 0-4096", "--rank")]
    [InlineData("issue --job demo --rank a", "--rank")]
    [InlineData("inspect", "'inspect'")]
    [InlineData("inspect a b", "'b'")]
    [InlineData("frobnicate", "frobnicate")]
    public async Task Pki_BadUsage_FailsWithOneLineAndExitCode2(string arguments, string named)
    {
        (var code, var output, var error) = await RunAsync(arguments.Split(' '));
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        AssertOneLine(error, named);
        Assert.Matches(@" See '.* pki.* --help'\.$", error.TrimEnd());
    }

    [Theory]
    [InlineData("")]
    [InlineData("init")]
    [InlineData("issue")]
    [InlineData("throwaway")]
    [InlineData("inspect")]
    public async Task Pki_Help_SucceedsEvenWithoutRequiredOptions(string verb)
    {
        (var code, var output, var error) = await RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private static void AssertOneLine(string error, string named)
    {
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private static string[] FilesIn(string directory) =>
        [.. Directory.GetFiles(directory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private async Task InitAsync()
    {
        (var code, _, var error) = await RunAsync("init", "--ca", _authority, "--trust-domain", "example.org");
        Assert.True(code == ExitCode.Success, error);
    }

    private async Task IssueAsync(string rank)
    {
        (var code, _, var error) = await RunAsync("issue", "--ca", _authority, "--job", "demo", "--rank", rank);
        Assert.True(code == ExitCode.Success, error);
    }

    private Task<(int Code, string Output, string Error)> InspectAsync(string file, params string[] more)
        => RunAsync(["inspect", Path.Combine(_authority, "demo", file), "--ca", _authority, .. more]);

    private async Task AssertRefusedAsync(string file, string[] words, params string[] options)
    {
        (var code, var output, var error) = await InspectAsync(file, options);
        Assert.Equal((ExitCode.Failed, ""), (code, error));
        Assert.StartsWith("Refused: ", output, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var root = new RootCommand { PkiCommand.Create(_time) };
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await CommandRunner.RunAsync(root, ["pki", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
