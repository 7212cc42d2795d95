using System.Net;
using System.Net.Sockets;
using SecureCollectives.Cli.Tests.Launchers;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;

namespace SecureCollectives.Cli.Tests.Train;

/// <summary>
/// Runs the real program as an incorrectly started worker. It must exit in time, with the right exit code and one clear line.
/// </summary>
public sealed class TrainEnvironmentTests : IDisposable
{
    /// <summary>Detects hangs only. It is long because a process starts slowly while others occupy all cores.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();
    private readonly TestPki _pki = new();
    private readonly ReservedPort _masterPort = ReservedPort.Draw();
    private readonly IdentityFiles _files;

    public TrainEnvironmentTests() => _files = _pki.WriteFiles(_directory.Path, rank: 1);

    public void Dispose()
    {
        _pki.Dispose();
        _directory.Dispose();
        _masterPort.Dispose();
    }

    [Fact]
    public async Task Train_EmptyEnvironment_NamesEachMissingVariableOnALineOfItsOwn()
    {
        using var worker = Start(
            ["train", "--epochs", "1"],
            [.. LaunchedTraining.Cleared().Where(variable => variable.Value is null).Select(variable => (variable.Key, variable.Value)),
            ("RANK", null),
        ("WORLD_SIZE", null),
        ("MASTER_ADDR", null),
        ("MASTER_PORT", null),
        ("SECURE_COLLECTIVES_RUN_ID", null),
        ("SECURE_COLLECTIVES_CERTIFICATE", null),
        ("SECURE_COLLECTIVES_KEY", null),
        ("SECURE_COLLECTIVES_CA", null)]);
        var (code, output, error) = await worker.ExitAsync().WaitAsync(Limit);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.Equal("secure-collectives: This worker cannot join its job. Correct these settings:", error[0]);
        Assert.Equal(
            ["(WORLD_SIZE)", "(MASTER_PORT)", "(SECURE_COLLECTIVES_RUN_ID)", "(SECURE_COLLECTIVES_CERTIFICATE)", "(SECURE_COLLECTIVES_KEY)",
                "(SECURE_COLLECTIVES_CA)"],
            error[1..].Select(line => line[line.LastIndexOf('(', line.IndexOf(" not set:", StringComparison.Ordinal))..(line.IndexOf(
                " not set:", StringComparison.Ordinal) - (line.Contains(" are not", StringComparison.Ordinal) ? 4 : 3))]));
    }

    [Theory]
    [InlineData("RANK", "one", "This worker cannot join its job: RANK is 'one'; it should be a whole number.")]
    [InlineData("RANK", "0", "is for rank 1 of job 'job-a', but this worker was started as rank 0.")]
    [InlineData("RANK", "2", "the rank (RANK) is 2; in a world of 2 it must be 0 to 1.")]
    [InlineData("WORLD_SIZE", "0", "WORLD_SIZE is '0'; it should be a whole number from 1 up.")]
    [InlineData("SECURE_COLLECTIVES_JOB", "job-b", "is for rank 1 of job 'job-a', but this worker was started as rank 1 of job 'job-b'.")]
    [InlineData("MASTER_ADDR", "0.0.0.0", "the address of rank 0 (MASTER_ADDR), '0.0.0.0', is the unspecified address, to which nobody can connect; set")]
    [InlineData("MASTER_PORT", "65536", "MASTER_PORT is '65536'; it should be a port, 1 to 65535.")]
    [InlineData("SECURE_COLLECTIVES_BIND_ADDRESS", "192.0.2.1", "192.0.2.1")]
    [InlineData("SECURE_COLLECTIVES_ALLOW_PLAINTEXT", "yes", "SECURE_COLLECTIVES_ALLOW_PLAINTEXT is 'yes'; it should be 0 or 1.")]
    [InlineData("SECURE_COLLECTIVES_CERTIFICATE", "/no/such/worker.pem", "/no/such/worker.pem")]
    [InlineData("SECURE_COLLECTIVES_KEY", "/no/such/key.pem", "/no/such/key.pem")]
    [InlineData("SECURE_COLLECTIVES_CA", "/dev/null", "is a device")]
    [InlineData("SECURE_COLLECTIVES_IDENTITY_TEMPLATE", "spiffe://test.example/pod", "all workers would have one identity")]
    [InlineData("SECURE_COLLECTIVES_IDENTITY_TEMPLATE", "spiffe://test.example/{job}/{rank}",
        "not of the form 'spiffe://test.example/{job}/")]
    [InlineData("SECURE_COLLECTIVES_IDENTITIES", "/no/such/list", "/no/such/list")]
    public Task Train_WrongVariable_IsUsageError(string name, string value, string words) =>
        EndsAsync(ExitCode.Usage, words, (name, value));

    [Fact]
    public async Task Train_CertificateFileWithoutCertificate_IsUsageError()
    {
        await File.WriteAllTextAsync(_files.Certificate, "not a certificate");
        await EndsAsync(ExitCode.Usage, "certificate");
    }

    [Fact]
    public async Task Train_KeyOfAnotherCertificate_IsUsageError()
    {
        using var other = new TestPki();
        using var elsewhere = new TemporaryDirectory();
        var files = other.WriteFiles(elsewhere.Path, rank: 1);
        await EndsAsync(ExitCode.Usage, "key", ("SECURE_COLLECTIVES_KEY", files.Key));
    }

    [Fact]
    public async Task Train_CertificateOfAnotherAuthority_IsUsageError()
    {
        using var other = new TestPki();
        using var elsewhere = new TemporaryDirectory();
        var files = other.WriteFiles(elsewhere.Path, rank: 1);
        await EndsAsync(ExitCode.Usage, "Our own certificate cannot be used.", ("SECURE_COLLECTIVES_CA", files.Authority));
    }

    [Fact]
    public async Task Train_KeyReadableByOthers_NamesTheCommandThatFixesIt()
    {
        File.SetUnixFileMode(_files.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await EndsAsync(ExitCode.Usage, $"Run: chmod 600 '{_files.Key}'");
    }

    [Fact]
    public async Task Train_PortInUse_NamesIt()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        using var elsewhere = new TemporaryDirectory();
        var zero = _pki.WriteFiles(elsewhere.Path, rank: 0);
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        await EndsAsync(
            ExitCode.Usage,
            $"{port}",
            ("RANK", "0"),
            ("MASTER_PORT", $"{port}"),
            ("SECURE_COLLECTIVES_JOIN_TIMEOUT", "1"),
            ("SECURE_COLLECTIVES_CERTIFICATE", zero.Certificate),
            ("SECURE_COLLECTIVES_KEY", zero.Key));
    }

    [Fact]
    public Task Train_NameOfRankZeroNeverResolves_FailsWithinTheJoinTimeout() => EndsAsync(
        ExitCode.Failed,
        "The host name 'no-such-host.invalid' could not be resolved (",
        ("MASTER_ADDR", "no-such-host.invalid"),
        ("SECURE_COLLECTIVES_JOIN_TIMEOUT", "5"));

    [Fact]
    public Task Train_NobodyAtTheMasterPort_FailsWithinTheJoinTimeout() =>
        EndsAsync(ExitCode.Failed, "Rank 0 could not be joined at 127.0.0.1:", ("SECURE_COLLECTIVES_JOIN_TIMEOUT", "1"));

    /// <summary>Another server listens at the address: it accepts the connection but does not speak TLS.</summary>
    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("")]
    public async Task Train_SomethingElseAtTheMasterPort_Fails(string answer)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        using var stop = new CancellationTokenSource();
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await other.AcceptTcpClientAsync(stop.Token);
                try
                {
                    _ = await client.GetStream().ReadAsync(new byte[1], stop.Token);
                    await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), stop.Token);
                }
                catch (IOException)
                {
                    // The worker closed the connection first.
                }
            }
        });
        await EndsAsync(
            ExitCode.Failed,
            "127.0.0.1:",
            ("MASTER_PORT", $"{((IPEndPoint)other.LocalEndpoint).Port}"),
            ("SECURE_COLLECTIVES_JOIN_TIMEOUT", "2"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.WaitAsync(Limit));
    }

    [Fact]
    public async Task Train_RankMissing_RankZeroNamesIt()
    {
        using var elsewhere = new TemporaryDirectory();
        var zero = _pki.WriteFiles(elsewhere.Path, rank: 0);
        await EndsAsync(
            ExitCode.Failed,
            "Rank 1 did not join within 1 s.",
            ("RANK", "0"),
            ("SECURE_COLLECTIVES_CERTIFICATE", zero.Certificate),
            ("SECURE_COLLECTIVES_KEY", zero.Key),
            ("SECURE_COLLECTIVES_JOIN_TIMEOUT", "1"));
    }

    [Fact]
    public async Task Train_PlaintextNotAllowed_SaysHowToAllowIt()
    {
        using var elsewhere = new TemporaryDirectory();
        var only = _pki.WriteFiles(elsewhere.Path, rank: 0);
        using var worker = Start(
            ["train", "--protection", "plaintext"],
            ("RANK", "0"),
            ("WORLD_SIZE", "1"),
            ("SECURE_COLLECTIVES_CERTIFICATE", only.Certificate),
            ("SECURE_COLLECTIVES_KEY", only.Key));
        await EndsAsync(worker, ExitCode.Usage, "set SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1 as well");
    }

    private async Task EndsAsync(int code, string words, params (string Name, string? Value)[] changes)
    {
        using var worker = Start(["train", "--epochs", "1"], changes);
        await EndsAsync(worker, code, words);
    }

    private static async Task EndsAsync(ProgramProcess worker, int code, string words)
    {
        var (actual, output, error) = await worker.ExitAsync().WaitAsync(Limit);
        var line = error[^1];
        // The worker warns about problems that may be temporary while it retries.
        Assert.All(error[..^1], warning => Assert.StartsWith("warn: ", warning));
        Assert.Contains(words, line);
        Assert.StartsWith("secure-collectives: ", line);
        Assert.DoesNotContain("   at ", line);
        Assert.Empty(output);
        Assert.Equal(code, actual);
    }

    /// <summary>Starts rank 1 of 2 in a correct environment with these changes.</summary>
    private ProgramProcess Start(string[] arguments, params (string Name, string? Value)[] changes)
    {
        var variables = new Dictionary<string, string?>
        {
            ["RANK"] = "1",
            ["WORLD_SIZE"] = "2",
            ["MASTER_ADDR"] = "127.0.0.1",
            ["MASTER_PORT"] = $"{_masterPort.Number}",
            ["SECURE_COLLECTIVES_RUN_ID"] = "test-run",
            ["SECURE_COLLECTIVES_CERTIFICATE"] = _files.Certificate,
            ["SECURE_COLLECTIVES_KEY"] = _files.Key,
            ["SECURE_COLLECTIVES_CA"] = _files.Authority,
            ["SECURE_COLLECTIVES_ALLOW_PLAINTEXT"] = null,
        };
        foreach (var (name, value) in changes)
        {
            variables[name] = value;
        }

        return ProgramProcess.Start("secure-collectives", variables, arguments);
    }
}
