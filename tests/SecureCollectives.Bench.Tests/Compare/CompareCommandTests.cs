using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Compare;

/// <summary>An invalid command line is reported on one line, and nothing is started.</summary>
public sealed class CompareCommandTests
{
    [Theory]
    [InlineData("--min-bytes must be", "--min-bytes", "many")]
    [InlineData("multiple of 4 up to 1G", "--max-bytes", "2G")]
    [InlineData("--min-bytes is more than --max-bytes", "--min-bytes", "2M", "--max-bytes", "1M")]
    [InlineData("from 2 to 64", "--world", "1")]
    [InlineData("--collectives does not accept 'gather'; choose from allreduce, allgather, broadcast, reducescatter, alltoall",
        "--collectives", "gather")]
    [InlineData("--collectives names 'alltoall' twice", "--collectives", "alltoall,alltoall")]
    [InlineData("from 1 to", "--rounds", "0")]
    [InlineData("GiB free", "--force", "--world", "64", "--min-bytes", "1G", "--max-bytes", "1G")]
    [InlineData("--peers '/no/such' has no Makefile", "--peers", "/no/such")]
    [InlineData("--json '/proc' cannot be written: it is a directory", "--json", "/proc")]
    public async Task Compare_BadCall_IsOneLineThatSaysWhat(string expected, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandRunner.RunAsync(BenchCommand.Create(), ["compare", .. arguments], output, error);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error.ToString());
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData("bench/peers/README.md")]
    [InlineData("Exit codes: 0")]
    [InlineData("[default: 64M]")]
    [InlineData("--peers <FOLDER>")]
    [InlineData("[default: allreduce,allgather]")]
    public async Task Compare_Help_Teaches(string expected)
    {
        var output = new StringWriter();
        var code = await CommandRunner.RunAsync(BenchCommand.Create(), ["compare", "--help"], output, TextWriter.Null);

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains(expected, output.ToString());
    }
}
