using SecureCollectives.Bench.Simulate;
using SecureCollectives.Bench.Simulate.Scale;
using SecureCollectives.Bench.Tests.Simulate.Model;

namespace SecureCollectives.Bench.Tests.Simulate.Scale;

public sealed class InterfaceVerdictTests
{
    /// <summary>
    /// At 25, 100 and 400 Gbit/s, in plaintext and sealed: a faster interface or more work per byte never reduces the number of cores
    /// needed, which is never smaller than the number of cores that the work keeps busy.
    /// </summary>
    [Fact]
    public void Run_Usual_NeedsMoreCoresForFasterInterfacesAndForSealing()
    {
        var needs = new InterfaceSweep(new SimulateOptions(), TestParameters.Usual).Run(CancellationToken.None);

        Assert.Equal(
            [(25_000_000_000, false), (25_000_000_000, true), (
                100_000_000_000, false), (100_000_000_000, true), (400_000_000_000, false), (400_000_000_000, true)],
            needs.Select(need => (need.BitsPerSecond, need.IsSealed)));
        Assert.All(needs, need => Assert.Equal(8 * need.Channels, need.Cores));
        Assert.All(needs.Where(need => need.IsFull),
            need => Assert.True(need.BusyCores * InterfaceSweep.Full <= need.Cores && need.Load is >= InterfaceSweep.Full and <= 1));
        foreach (var protection in needs.GroupBy(need => need.IsSealed))
        {
            Assert.Equal(protection.Select(need => need.Channels).Order(), protection.Select(need => need.Channels));
        }

        foreach (var network in needs.GroupBy(need => need.BitsPerSecond))
        {
            Assert.True(network.First().BusyCores < network.Last().BusyCores && network.First().Channels <= network.Last().Channels);
        }
    }

    [Fact]
    public void Lines_FullAndNot_SayHowManyCores()
    {
        var lines = InterfaceVerdict.Lines(
            [
                new InterfaceNeed(100_000_000_000, false, 6.44, 1, 8, 0.93, true),
                new InterfaceNeed(100_000_000_000, true, 160.2, 16, 128, 0.8, false),
            ],
            new SimulateOptions()).ToArray();

        Assert.Equal(2, lines.Length);
        Assert.Contains("AllReduce of 1 GiB between 8 hosts of 8 ranks", lines[0]);
        Assert.Equal(
            "100Gbit/s: plaintext needs the work of 6.4 cores, and 8 (1 channel per rank) keep the interface busy 93 % of the time; "
            + "aead needs the work of 160 cores, and even 128 (16 channels per rank) keep the interface busy only 80 % of the time.",
            lines[1]);
    }
}
