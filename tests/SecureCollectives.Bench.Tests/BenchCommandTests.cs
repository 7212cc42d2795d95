using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests;

/// <summary>An invalid command line is reported on one line, and nothing is started.</summary>
public sealed class BenchCommandTests
{
    [Theory]
    [InlineData("does not accept 'everything'", "--collectives", "allreduce,everything")]
    [InlineData("needs at least one", "--collectives", ",")]
    [InlineData("'tcp' twice", "--transports", "tcp,tcp")]
    [InlineData("does not accept 'infiniband'", "--transports", "infiniband")]
    [InlineData("does not accept 'rot13'; choose from plaintext, aead", "--protections", "rot13")]
    [InlineData("does not accept 'aes'", "--suite", "aes")]
    [InlineData("does not accept 'cubic'; choose from auto, system", "--congestion", "cubic")]
    [InlineData("--min-bytes must be", "--min-bytes", "0")]
    [InlineData("--min-bytes must be", "--min-bytes", "many")]
    [InlineData("multiple of 4", "--max-bytes", "65537")]
    [InlineData("up to 4G", "--max-bytes", "5G")]
    [InlineData("is more than --max-bytes", "--min-bytes", "2M", "--max-bytes", "1M")]
    [InlineData("each of 4 workers", "--min-bytes", "12")]
    [InlineData("from 2 to 1024", "--factor", "1")]
    [InlineData("from 2 to 1024", "--world", "1")]
    [InlineData("from 2 to 1024", "--world", "four")]
    [InlineData("GiB free", "--world", "1024", "--max-bytes", "4G", "--force")]
    [InlineData("from 1 to", "--rounds", "0")]
    [InlineData("10Gbit", "--line-rate", "fast")]
    [InlineData("library's own TCP connections, which grpc lanes do not use", "--line-rate", "10Gbit", "--transports", "tcp,grpc")]
    [InlineData("from 1 to", "--plant-delay", "0")]
    [InlineData("--json '/no/such/directory/file' cannot be written", "--json", "/no/such/directory/file")]
    [InlineData("--csv '/proc' cannot be written: it is a directory", "--csv", "/proc")]
    [InlineData("'bench' is not recognized", "bench")]
    public async Task Bench_BadCall_IsOneLineThatSaysWhat(string expected, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandRunner.RunAsync(BenchCommand.Create(), arguments, output, error);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error.ToString());
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(1024, "overlap")]
    [InlineData(64, "compare")]
    public async Task Bench_MoreWorkersThanTheCoresServe_IsRefusedWithWhatIsAllowed(int world, params string[] verb)
    {
        var most = 8 * Environment.ProcessorCount;
        Assert.SkipWhen(world <= most, "This machine has enough cores for the largest world.");
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandRunner.RunAsync(BenchCommand.Create(), [.. verb, "--world", $"{world}"], output, error);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"{world} workers are too many for ", error.ToString());
        Assert.Contains($"Choose --world {most} or less, or --force.", error.ToString());
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData("--line-rate 10Gbit")]
    [InlineData("bench/README.md")]
    [InlineData("130")]
    [InlineData("allreduce,allgather]")]
    [InlineData("[default: 64K]")]
    public async Task Bench_Help_Teaches(string expected)
    {
        var output = new StringWriter();
        var code = await CommandRunner.RunAsync(BenchCommand.Create(), ["--help"], output, TextWriter.Null);

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains(expected, output.ToString());
    }
}
