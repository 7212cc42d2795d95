using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Simulate.Fit;
using SecureCollectives.Bench.Tests.Simulate.Model;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Simulate;

public sealed class SimulateCommandTests
{
    [Theory]
    [InlineData("--worlds must be whole numbers", "--worlds", "1")]
    [InlineData("--worlds must be whole numbers", "--worlds", "8,eight")]
    [InlineData("--worlds must be whole numbers", "--worlds", "8,8")]
    [InlineData("--worlds must be whole numbers", "--worlds", ",")]
    [InlineData("--sizes must be multiples of 4", "--sizes", "1M,7")]
    [InlineData("--rates must be rates", "--rates", "fast")]
    [InlineData("--rates must be rates", "--rates", "10Gbit,20000Gbit")]
    [InlineData("from 1 to 256", "--local-world-size", "0")]
    [InlineData("from 0 to 1000000", "--latency", "-1")]
    [InlineData("from 1 to 16", "--channels", "17")]
    [InlineData("a world of 12 cannot be spread over hosts of --local-world-size 8", "--worlds", "16,12")]
    [InlineData("--parameters '/no/such/file' cannot be used", "--parameters", "/no/such/file")]
    [InlineData("--save-parameters '/proc' cannot be written", "--save-parameters", "/proc")]
    [InlineData("--plot '/no/such/directory/file' cannot be written", "--plot", "/no/such/directory/file")]
    public async Task Simulate_BadCall_IsOneLineThatSaysWhat(string expected, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(
            [.. arguments, .. arguments.Contains("--plot") ? Array.Empty<string>() : ["--plot", "/dev/null"]]);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("--parameters here.json")]
    [InlineData("[default: 16,64,256,1024,4096]")]
    [InlineData("[default: 10Gbit,100Gbit,400Gbit]")]
    [InlineData("[default: simulate.svg]")]
    public async Task Simulate_Help_Teaches(string expected) => Assert.Contains(expected, (await RunAsync("--help")).Output);

    /// <summary>
    /// With given parameters, nothing is measured, but everything else is produced: tables, sentences, plot, JSON and the parameters.
    /// </summary>
    [Fact]
    public async Task Simulate_WithParameters_MeasuresNothingAndShowsAll()
    {
        using var folder = new TemporaryDirectory();
        var (given, saved, plot, json) = (PathOf("given.json"), PathOf("saved.json"), PathOf("plot.svg"), PathOf("report.json"));
        var parameters = ParameterFile.Write(
            new MachineDescription(2, "a processor", "6.1", ".NET 10", "reno", "x64"), TestParameters.Usual);
        File.WriteAllBytes(given, parameters);

        var (code, output, _) = await RunAsync(
            "--parameters", given, "--save-parameters", saved, "--plot", plot, "--json", json, "--worlds", "8,64", "--sizes", "64K,1M",
                "--rates", "25Gbit", "--local-world-size", "4", "--channels", "2");

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("was not checked on this machine", output);
        Assert.Contains("25Gbit/s for each host", output);
        Assert.Contains("hosts of 4 ranks, each with 2 cores of its own", output);
        Assert.Contains("\n400Gbit/s: plaintext needs the work of ", output);
        Assert.Contains("\"channels\": 2", File.ReadAllText(json));
        Assert.Contains("\"busyCores\": ", File.ReadAllText(json));
        Assert.Contains("64 workers and more, with aead", output);
        Assert.Contains("the model's error was not measured", output);
        Assert.Contains(plot, output);
        Assert.Equal(parameters, File.ReadAllBytes(saved));
        Assert.StartsWith("<svg", File.ReadAllText(plot), StringComparison.Ordinal);
        Assert.Contains("\"algorithm\": \"hierarchical-ring\"", File.ReadAllText(json));
        Assert.DoesNotContain("Infinity", File.ReadAllText(json), StringComparison.Ordinal);

        string PathOf(string name) => Path.Combine(folder.Path, name);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandRunner.RunAsync(BenchCommand.Create(), ["simulate", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
