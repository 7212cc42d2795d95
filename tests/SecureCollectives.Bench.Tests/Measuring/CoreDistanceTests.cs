using System.Numerics;
using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Tests.Measuring;

public sealed class CoreDistanceTests
{
    /// <summary>
    /// The round trip takes longer than light needs and at most the probe's limit; it is null without exactly two processors.
    /// </summary>
    [Fact]
    public void Measure_HereAndNow_IsATimeWhereThereAreTwoProcessors()
    {
        var measured = CoreDistance.Measure();

        Assert.Equal(ProcessorsOfThisProcess() == 2, measured is not null);
        Assert.True(measured is null or (> 1 and <= 100_000), $"{measured} ns");
    }

    [Fact]
    public void Round_WithBatchesOfTwoStates_IsLeftOutWhereEnoughOthersAreThere()
    {
        var (baseline, variant) = (new VariantSamples(), new VariantSamples());
        for (var round = 1; round <= 8; round++)
        {
            baseline.Add(round, Batch(100));
            baseline.Add(round, Batch(round == 2 ? 450 : 100));
            variant.Add(round, Batch(round == 5 ? 450 : 100));
        }

        Assert.Equal([0, 2, 3, 5, 6, 7], CountedRounds.Of([variant, baseline]));
        Assert.Equal([0, 2, 3, 4, 5, 6, 7], CountedRounds.Of([baseline]));
    }

    [Fact]
    public void Rounds_TooFewNearOnes_AllCount()
    {
        var variant = new VariantSamples();
        for (var round = 1; round <= 8; round++)
        {
            variant.Add(round, Batch(round <= 3 ? 450 : 100));
        }

        Assert.Equal(Enumerable.Range(0, 8), CountedRounds.Of([variant]));
    }

    private static int ProcessorsOfThisProcess()
    {
        var mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed:", StringComparison.Ordinal))
            .Split(':')[1];
        return mask.Where(char.IsAsciiHexDigit).Sum(digit => BitOperations.PopCount(Convert.ToUInt32(digit.ToString(), 16)));
    }

    private static BatchResult Batch(double coresNs) => new(1, [1], 1) { CoresNs = coresNs };
}
