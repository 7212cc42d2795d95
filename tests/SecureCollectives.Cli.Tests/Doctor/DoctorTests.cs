using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SecureCollectives.Cli.Tests.Launchers;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;

namespace SecureCollectives.Cli.Tests.Doctor;

/// <summary>The real program in a worker environment that is either correct or broken in one way.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DoctorTests : IDisposable
{
    private const UnixFileMode ReadableByOthers = UnixFileMode.UserRead | UnixFileMode.OtherRead;

    private readonly TemporaryDirectory _directory = new();
    private readonly TestPki _pki = new();
    private readonly ReservedPort _port = ReservedPort.Draw();

    public void Dispose()
    {
        _pki.Dispose();
        _directory.Dispose();
        _port.Dispose();
    }

    [Fact]
    public async Task Doctor_ValidSetup_FindsNoProblem()
    {
        var (code, output) = await RunAsync(Files());

        Assert.Equal(ExitCode.Success, code);
        Assert.DoesNotContain(output, line => line.StartsWith("FAIL", StringComparison.Ordinal));
        Assert.All(["settings", "identity", "clock", "names", "ports", "ciphers", "AES engine", "limits"],
            subject => Assert.Contains(output, line => line.Length > 6 && line[6..].StartsWith(subject, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Doctor_EmptyEnvironment_NamesAllMissingVariables() => await FindsAsync(
        new Dictionary<string, string?>
        {
            ["RANK"] = null,
            ["WORLD_SIZE"] = null,
            ["SECURE_COLLECTIVES_RUN_ID"] = null,
            ["SECURE_COLLECTIVES_KEY"] = null,
        },
        "(RANK)", "(WORLD_SIZE)", "(SECURE_COLLECTIVES_RUN_ID)", "(SECURE_COLLECTIVES_KEY)");

    [Theory]
    [InlineData("RANK", "2", "in a world of 2")]
    [InlineData("MASTER_PORT", "65536", "MASTER_PORT is '65536'")]
    [InlineData("MASTER_ADDR", "no-such-host.invalid", "The name 'no-such-host.invalid' of rank 0 (MASTER_ADDR) cannot be resolved")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS", "no-such-host.invalid", "(SECURE_COLLECTIVES_ADVERTISED_ADDRESS)")]
    [InlineData("SECURE_COLLECTIVES_CA", "/no/such/ca.pem", "/no/such/ca.pem")]
    [InlineData("SECURE_COLLECTIVES_JOB", "job-b", "of job 'job-b'")]
    public async Task Doctor_WrongVariable_NamesIt(string name, string value, string words) =>
        await FindsAsync(new Dictionary<string, string?> { [name] = value }, words);

    [Fact]
    public async Task Doctor_KeyReadableByOthers_ReportsIt()
    {
        var files = Files();
        File.SetUnixFileMode(files.Key, ReadableByOthers);

        await FindsAsync([], files, "is open to other users of this machine");
    }

    [Fact]
    public async Task Doctor_ExpiredCertificate_ReportsIt()
    {
        var files = _pki.WriteFiles(_directory.Path, _pki.Worker(0), TimeSpan.FromMinutes(1), _pki.Now - TimeSpan.FromHours(1));

        await FindsAsync([], files, "expired");
    }

    [Fact]
    public async Task Doctor_CertificateOfAnotherAuthority_ReportsIt()
    {
        using var other = new TestPki();
        var files = Files();
        await File.WriteAllTextAsync(files.Authority, other.RootPem, TestContext.Current.CancellationToken);

        await FindsAsync([], files, "not issued by an authority we trust");
    }

    [Fact]
    public async Task Doctor_PortInUse_NamesIt()
    {
        using var listener = new TcpListener(IPAddress.Loopback, _port.Number);
        listener.Start();

        await FindsAsync([], $"Port {_port.Number} (MASTER_PORT) is in use");
    }

    [Fact]
    public async Task Doctor_TooFewDescriptors_SaysHowToRaiseTheLimit()
    {
        var files = Files();
        using var doctor = ProgramProcess.Start("/bin/sh", Environment(files), "-c", "ulimit -n 160; exec secure-collectives doctor");
        var (code, output, error) = await doctor.ExitAsync();

        Assert.NotEqual(ExitCode.Success, code);
        Assert.Contains("ulimit -n", string.Join(' ', output.Concat(error)), StringComparison.Ordinal);
    }

    private IdentityFiles Files() => _pki.WriteFiles(_directory.Path, rank: 0);

    private Task FindsAsync(Dictionary<string, string?> changes, params string[] words) => FindsAsync(changes, Files(), words);

    private async Task FindsAsync(Dictionary<string, string?> changes, IdentityFiles files, params string[] words)
    {
        var (code, output) = await RunAsync(files, changes);

        Assert.Equal(ExitCode.Failed, code);
        // Undo the wrapping of lines.
        var text = string.Join(' ', output.Select(line => line.Trim()));
        Assert.All(words, expected => Assert.Contains(expected, text, StringComparison.Ordinal));
    }

    private async Task<(int Code, string[] Output)> RunAsync(IdentityFiles files, Dictionary<string, string?>? changes = null)
    {
        var variables = Environment(files);
        foreach (var (name, value) in changes ?? [])
        {
            variables[name] = value;
        }

        using var doctor = ProgramProcess.Start("secure-collectives", variables, "doctor");
        var (code, output, error) = await doctor.ExitAsync();
        Assert.Empty(error);
        return (code, output);
    }

    private Dictionary<string, string?> Environment(IdentityFiles files) => new(LaunchedTraining.Cleared())
    {
        ["RANK"] = "0",
        ["WORLD_SIZE"] = "2",
        ["LOCAL_WORLD_SIZE"] = "2",
        ["MASTER_ADDR"] = "127.0.0.1",
        ["MASTER_PORT"] = $"{_port.Number}",
        ["SECURE_COLLECTIVES_RUN_ID"] = "first",
        ["SECURE_COLLECTIVES_CERTIFICATE"] = files.Certificate,
        ["SECURE_COLLECTIVES_KEY"] = files.Key,
        ["SECURE_COLLECTIVES_CA"] = files.Authority,
    };
}
