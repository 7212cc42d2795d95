using SecureCollectives.CommandLine;

namespace SecureCollectives.Cli.Tests.Train;

/// <summary>The README's command, shortened: real processes, real certificates, real sockets, real data.</summary>
public sealed class LaunchTrainTests
{
    private const string AllowPlaintext = "SECURE_COLLECTIVES_ALLOW_PLAINTEXT";

    [Theory]
    [InlineData(1, "aead")]
    [InlineData(3, "aead")]
    [InlineData(2, "tls")]
    [InlineData(2, "tls+aead")]
    [InlineData(2, "plaintext")]
    public async Task Launch_Train_EndsWithIdenticalWeights(int workers, string protection)
    {
        using var directory = new TemporaryDirectory();
        using var launch = ProgramProcess.Start(
            "secure-collectives",
            new Dictionary<string, string?>
            {
                ["XDG_RUNTIME_DIR"] = directory.Path,
                [AllowPlaintext] = protection == "plaintext"
                ? "1" : null
            },
            "launch", "--workers", $"{workers}", "--", "train", "--epochs", "1", "--protection", protection);
        var (code, output, error) = await launch.ExitAsync();

        // Each worker without protection warns once, and nothing else is printed to standard error.
        Assert.Equal(protection == "plaintext" ? workers : 0,
            error.Count(line => line.Contains("WITHOUT PROTECTION", StringComparison.Ordinal)));
        Assert.All(error, line => Assert.Contains("WITHOUT PROTECTION", line, StringComparison.Ordinal));
        Assert.Equal(0, code);
        Assert.Contains(output, line => line.Contains("test accuracy ", StringComparison.Ordinal));
        Assert.Contains(output, line => line.Contains($"weights identical on {workers} rank", StringComparison.Ordinal));
        Assert.True(directory.IsEmpty, "The launcher left files behind.");
    }

    /// <summary>The launcher says that all workers are local, so loopback is no reason for a warning.</summary>
    [Fact]
    public async Task Launch_TrainWithWarningsLogged_LogsNone()
    {
        using var directory = new TemporaryDirectory();
        using var launch = ProgramProcess.Start(
            "secure-collectives",
            new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = directory.Path, ["SECURE_COLLECTIVES_LOG"] = "warning" },
            "launch", "--workers", "2", "--", "train", "--epochs", "1");
        var (code, _, error) = await launch.ExitAsync();

        Assert.Equal(0, code);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Launch_TrainInPlaintextNotAllowed_FailsAsUsageErrorAndSaysHowToAllowIt()
    {
        using var directory = new TemporaryDirectory();
        using var launch = ProgramProcess.Start(
            "secure-collectives",
            new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = directory.Path, [AllowPlaintext] = null },
            "launch", "--workers", "2", "--", "train", "--epochs", "1", "--protection", "plaintext");
        var (code, _, error) = await launch.ExitAsync();

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(error, line => line.Contains("set SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1 as well", StringComparison.Ordinal));
        Assert.DoesNotContain(error, line => line.Contains("   at ", StringComparison.Ordinal));
    }
}
