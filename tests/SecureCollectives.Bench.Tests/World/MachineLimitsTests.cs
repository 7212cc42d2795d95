using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.World;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.World;

public sealed class MachineLimitsTests
{
    private const long Gibibyte = 1L << 30;

    [Fact]
    public void Require_TooLittleMemory_SaysHowMuchIsMissing()
    {
        var limits = new MachineLimits(2, Gibibyte);
        limits.Require(4, 64 << 20);
        var failure = Assert.Throws<CommandFailureException>(() => limits.Require(4, 128 << 20));

        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains("1.4 GiB", failure.Message);
        Assert.Contains("1.0 GiB free", failure.Message);
    }

    [Fact]
    public void RequireCores_MoreThanEightWorkersToACore_SaysHowManyAreAllowed()
    {
        var limits = new MachineLimits(2, Gibibyte);
        limits.RequireCores(16, isForced: false);
        limits.RequireCores(99, isForced: true);
        var failure = Assert.Throws<CommandFailureException>(() => limits.RequireCores(17, isForced: false));

        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains("17 workers are too many for 2 cores", failure.Message);
        Assert.Contains("Choose --world 16 or less, or --force.", failure.Message);
    }

    [Fact]
    public void Warning_MoreWorkersThanCores_GivesTheReason()
    {
        Assert.Contains("4 workers share 2 cores", new MachineLimits(2, Gibibyte).Warning(4));
        Assert.Null(new MachineLimits(4, Gibibyte).Warning(4));
    }

    [Theory]
    [InlineData("MemTotal: 5 kB\nMemAvailable:   1024 kB\n", 1 << 20)]
    [InlineData("MemTotal: 5 kB\n", long.MaxValue)]
    public void Available_MemInfo_IsRead(string text, long expected) => Assert.Equal(expected, MachineLimits.Available(text));

    [Theory]
    [InlineData("processor\t: 0\nmodel name\t: AMD EPYC 9654 \nmodel name\t: other\n", "AMD EPYC 9654")]
    [InlineData("processor\t: 0\n", "unknown")]
    public void ProcessorName_CpuInfo_IsTheFirstOne(string text, string expected) =>
        Assert.Equal(expected, MachineDescription.ProcessorName(text));
}
