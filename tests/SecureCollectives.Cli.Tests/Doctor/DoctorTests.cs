using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SecureCollectives.Cli.Tests.Launchers;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;

namespace SecureCollectives.Cli.Tests.Doctor;

/// <summary>Runs the real program in a worker environment that is either correct or broken in one way.</summary>
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

    /// <summary>The same limit is enough for a small world.</summary>
    [Theory]
    [InlineData(100, true)]
    [InlineData(2, false)]
    public async Task Doctor_LimitOnDescriptors_SaysWhetherTheWorldFits(int worldSize, bool isTooLow)
    {
        var variables = Environment(Files());
        variables["WORLD_SIZE"] = variables["LOCAL_WORLD_SIZE"] = $"{worldSize}";
        using var doctor = ProgramProcess.Start("/bin/sh", variables, "-c", "ulimit -n 400; exec secure-collectives doctor");
        var (code, output, error) = await doctor.ExitAsync();
        var text = Unwrapped(output);

        Assert.Empty(error);
        Assert.Equal(isTooLow ? ExitCode.Failed : ExitCode.Success, code);
        Assert.Contains(isTooLow
            ? "FAIL limits A worker of 100 needs about 624 file descriptors, but the limit is 400. Raise it before starting: 'ulimit -n "
                + "1024'"
            : "ok limits The limit on file descriptors suffices for a world of 2", text, StringComparison.Ordinal);
    }

    /// <summary>No machine has an address in 192.0.2.0/24 (RFC 5737).</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task Doctor_BindAddressOfAnotherMachine_SaysSo(string rank) => await FindsAsync(
        new Dictionary<string, string?> { ["RANK"] = rank, ["SECURE_COLLECTIVES_BIND_ADDRESS"] = "192.0.2.1" },
        _pki.WriteFiles(_directory.Path, int.Parse(rank)),
        "FAIL ports SECURE_COLLECTIVES_BIND_ADDRESS is 192.0.2.1, which is not an address of this machine.");

    /// <summary>Rank 0 listens at its bind address, where its port is already in use.</summary>
    [Fact]
    public async Task Doctor_PortThatIsInUseAtTheBindAddress_NamesBoth()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.9"), _port.Number);
        listener.Start();

        await FindsAsync(new Dictionary<string, string?> { ["SECURE_COLLECTIVES_BIND_ADDRESS"] = "127.0.0.9" },
            $"FAIL ports Port {_port.Number} (MASTER_PORT) is in use at 127.0.0.9.");
    }

    [Theory]
    [InlineData("127.0.0.9")]
    [InlineData("::1")]
    public async Task Doctor_RankZeroListensWhereTheOthersDoNotLook_SaysSo(string address) => await FindsAsync(
        new Dictionary<string, string?> { ["SECURE_COLLECTIVES_BIND_ADDRESS"] = address },
        $"FAIL names MASTER_ADDR is 127.0.0.1. The other workers look for rank 0 there, but SECURE_COLLECTIVES_BIND_ADDRESS makes it "
            + $"listen only on {address}.");

    /// <summary>Two workers on rank 0's host need one port for control and two for lanes.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Doctor_PortRangeThatIsTooSmall_SaysHowManyAreFreeOfHowMany(bool isTaken, int free)
    {
        using var range = ReservedPort.Draw();
        using var listener = new TcpListener(IPAddress.Loopback, range.Number);
        if (isTaken)
        {
            listener.Start();
        }

        await FindsAsync(
            new Dictionary<string, string?> { ["SECURE_COLLECTIVES_PORT_RANGE"] = $"{range.Number}-{range.Number}" },
            $"FAIL ports {free} of 1 ports in {range.Number}-{range.Number} (SECURE_COLLECTIVES_PORT_RANGE) are free at 127.0.0.1; the 2 "
                + "workers on this host need 3,");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Doctor_MasterOnLoopbackInAWorldOfSeveralHosts_IsAProblem(string address) => await FindsAsync(
        new Dictionary<string, string?> { ["MASTER_ADDR"] = address, ["LOCAL_WORLD_SIZE"] = "1" },
        "FAIL names MASTER_ADDR ", "No other host can reach rank 0 there, but this host has only 1 of the 2 workers.");

    [Fact]
    public async Task Doctor_MasterOnLoopbackAndUnknownHosts_IsAWarning()
    {
        var (code, output) = await RunAsync(Files(), new Dictionary<string, string?> { ["LOCAL_WORLD_SIZE"] = null });

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("warn names MASTER_ADDR is 127.0.0.1. No other host can reach rank 0 there.", Unwrapped(output));
        Assert.Contains("If all run on this host, set LOCAL_WORLD_SIZE=2.", Unwrapped(output));
    }

    [Theory]
    [InlineData("127.0.0.1", "No other host can reach this worker there")]
    [InlineData("localhost", "No other host can reach this worker there")]
    [InlineData("0.0.0.0", "can connect")]
    [InlineData("::", "can connect")]
    public async Task Doctor_AdvertisedAddressThatNoOtherHostReaches_IsAProblem(string address, string words) => await FindsAsync(
        new Dictionary<string, string?>
        {
            ["LOCAL_WORLD_SIZE"] = "1",
            ["SECURE_COLLECTIVES_ADVERTISED_ADDRESS"] = address,
        },
        "FAIL", "SECURE_COLLECTIVES_ADVERTISED_ADDRESS", words);

    [Theory]
    [InlineData("MASTER_ADDR")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS")]
    public async Task Doctor_NameThatIsTooLong_IsALineAndNoException(string variable) =>
        await FindsAsync(new Dictionary<string, string?> { [variable] = new('a', 300) }, $"({variable})");

    /// <summary>2001:db8::/32 is unreachable (RFC 3849), and this kernel may lack IPv6 altogether.</summary>
    [Fact]
    public async Task Doctor_MasterAtAnIpv6Address_IsALineAndNoException()
    {
        var (_, output) = await RunAsync(_pki.WriteFiles(_directory.Path, rank: 1),
            new Dictionary<string, string?> { ["RANK"] = "1", ["MASTER_ADDR"] = "2001:db8::1" });

        Assert.Single(output, line => line.StartsWith("warn  rank 0", StringComparison.Ordinal)
            || line.StartsWith("FAIL  rank 0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "Something is listening at 127.0.0.1, port")]
    [InlineData(false, "Rank 0's host can be reached; nothing is listening on port")]
    public async Task Doctor_AnotherRank_SaysWhetherRankZeroIsThere(bool isThere, string words)
    {
        using var listener = new TcpListener(IPAddress.Loopback, _port.Number);
        if (isThere)
        {
            listener.Start();
        }

        var (code, output) = await RunAsync(
            _pki.WriteFiles(_directory.Path, rank: 1), new Dictionary<string, string?> { ["RANK"] = "1" });

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains($"ok rank 0 {words}", Unwrapped(output), StringComparison.Ordinal);
        Assert.Contains("ok ports This worker can listen on 127.0.0.1.", Unwrapped(output), StringComparison.Ordinal);
    }

    /// <summary>Joins wrapped lines and their columns into one text.</summary>
    private static string Unwrapped(string[] output) =>
        string.Join(' ', output.SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    private IdentityFiles Files() => _pki.WriteFiles(_directory.Path, rank: 0);

    private Task FindsAsync(Dictionary<string, string?> changes, params string[] words) => FindsAsync(changes, Files(), words);

    private async Task FindsAsync(Dictionary<string, string?> changes, IdentityFiles files, params string[] words)
    {
        var (code, output) = await RunAsync(files, changes);

        Assert.Equal(ExitCode.Failed, code);
        var text = Unwrapped(output);
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
