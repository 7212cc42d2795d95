using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Tests.Measuring;

public sealed class MachineLoadTests
{
    // The fields are user nice system idle iowait irq softirq steal guest guest_nice, in hundredths of a second.
    private const string Before = "cpu  1000 0 500 2000 100 0 50 10 0 0";
    private const string After = "cpu  1600 0 700 2100 150 0 90 20 600 0";

    [Fact]
    public void Between_BenchUsedLess_TheRestIsOthers()
    {
        var load = MachineLoad.Between(Before, After, own: 4);

        Assert.Equal(10, load.Available, 1e-9);
        Assert.Equal(4.5, load.Others, 1e-9);
        Assert.Contains("45 % of this machine's processor time", load.Warning);
    }

    [Fact]
    public void Between_BenchUsedAll_SaysNothing() => Assert.Null(MachineLoad.Between(Before, After, own: 8.5).Warning);

    [Fact]
    public void Now_ThisMachine_CanBeCompared() =>
        Assert.InRange(MachineLoad.Between(MachineLoad.Now(), MachineLoad.Now(), 0).Others, 0, 60);
}
