using System.CommandLine;
using SecureCollectives.Cli.Train;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Cli.Tests.Train;

public sealed class TrainCommandTests
{
    [Fact]
    public async Task Train_FourWorkers_PrintsProgressAndResult()
    {
        var outputs = await TrainAsync(new InProcessGroup(4), ExitCode.Success, "--epochs", "20");

        Assert.Equal("rank 3 of 4 has 359 of 1437 training images\n", outputs[3].Output);
        var lines = outputs[0].Output.Split('\n');
        Assert.Equal("rank 0 of 4 has 360 of 1437 training images", lines[0]);
        Assert.Matches(@"^epoch  2/20  loss \d\.\d{4}  test accuracy \d\d\.\d %$", lines[1]);
        Assert.Matches(@"^test accuracy 9\d\.\d %$", lines[^3]);
        Assert.Equal("weights identical on 4 ranks", lines[^2]);
        Assert.Equal("", lines[^1]);
    }

    [Fact]
    public async Task Train_Quiet_PrintsOnlyTheResult()
    {
        var outputs = await TrainAsync(new InProcessGroup(2), ExitCode.Success, "--epochs", "1", "--quiet");

        Assert.Equal(2, outputs[0].Output.Count(character => character == '\n'));
        Assert.Empty(outputs[1].Output);
    }

    [Fact]
    public async Task Train_WeightsDiffer_NamesTheRankAndFails()
    {
        var outputs = await TrainAsync(new InProcessGroup(3) { CorruptedRank = 1 }, ExitCode.Failed, "--epochs", "1");

        Assert.All(outputs, output => Assert.Contains("the weights differ", output.Error));
        Assert.All(outputs, output => Assert.Contains("rank 1 has", output.Error));
        Assert.All(outputs, output => Assert.DoesNotContain("identical", output.Output));
    }

    [Theory]
    [InlineData("--epochs", "0")]
    [InlineData("--epochs", "many")]
    [InlineData("--batch", "-1")]
    [InlineData("--hidden", "0")]
    [InlineData("--learning-rate", "NaN")]
    [InlineData("--learning-rate", "0")]
    [InlineData("--protection", "none")]
    [InlineData("--protection", "TLS")]
    [InlineData("--transport", "udp")]
    [InlineData("--unknown", "1")]
    public async Task Train_BadOption_FailsWithOneLineAndOpensNothing(string option, string value)
    {
        var error = new StringWriter();
        var code = await RunAsync((_, _) => throw new InvalidOperationException("opened"), TextWriter.Null, error, option, value);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.Contains(option, error.ToString());
    }

    [Theory]
    [InlineData(Protection.Aead, TransportKind.Tcp)]
    [InlineData(Protection.Aead, TransportKind.Tcp, "--protection", "aead", "--transport", "tcp")]
    [InlineData(Protection.UnsafePlaintext, TransportKind.Tcp, "--protection", "plaintext")]
    [InlineData(Protection.Tls, TransportKind.Grpc, "--protection", "tls", "--transport", "grpc")]
    [InlineData(Protection.TlsAndAead, TransportKind.Tcp, "--protection", "tls+aead")]
    public async Task Train_ProtectionAndTransport_ArePassedOn(Protection protection, TransportKind transport, params string[] arguments)
    {
        CommunicatorOptions? opened = null;
        await RunAsync(
            (options, _) =>
            {
                opened = options;
                return Task.FromResult(new InProcessGroup(1)[0]);
            },
            TextWriter.Null, TextWriter.Null, ["--epochs", "1", .. arguments]);

        Assert.Equal((protection, transport), (opened!.Protection, opened.Transport));
    }

    [Theory]
    [InlineData("--protection", "aead")]
    [InlineData("--transport", "tcp")]
    [InlineData("--local-transport", "auto")]
    public async Task Help_DefaultOfAChoice_IsAWordThatTheOptionTakes(string option, string word)
    {
        var output = new StringWriter();
        Assert.Equal(ExitCode.Success, await RunAsync(
            (_, _) => throw new InvalidOperationException("opened"), output, TextWriter.Null, "--help"));

        var text = output.ToString();
        var ofOption = text[text.IndexOf($"{option} <", StringComparison.Ordinal)..];
        Assert.Contains($"[default: {word}]", ofOption[..(ofOption.IndexOf(']', StringComparison.Ordinal) + 1)]);
    }

    private static async Task<(string Output, string Error)[]> TrainAsync(
        InProcessGroup group, int expectedCode, params string[] arguments) =>
        await group.RunAsync(async member =>
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            Assert.Equal(expectedCode, await RunAsync((_, _) => Task.FromResult(member), output, error, arguments));
            return (output.ToString(), error.ToString());
        });

    private static Task<int> RunAsync(OpenWorkerGroup open, TextWriter output, TextWriter error, params string[] arguments)
    {
        var root = new RootCommand { TrainCommand.Create(open) };
        return CommandRunner.RunAsync(root, ["train", .. arguments], output, error);
    }
}
