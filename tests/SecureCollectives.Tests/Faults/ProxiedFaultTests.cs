using SecureCollectives.Testing;
using SecureCollectives.Testing.Faults.Cutting;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Tests.Faults;

/// <summary>
/// Worker processes with a proxy on every connection between them: a few of the faults that tests/SecureCollectives.Testing.Faults injects
/// by the thousand.
/// </summary>
public sealed class ProxiedFaultTests
{
    private const int Few = 12;
    /// <summary>The number of ranks; the groups of even and odd ranks have two members each.</summary>
    private const int World = 4;

    private const int Seed = 11;

    [Theory]
    [InlineData("Tcp Aead")]
    [InlineData("Tcp Tls")]
    [InlineData("Grpc Aead")]
    [InlineData("Grpc Tls")]
    public async Task Cuts_AtRandomBytes_HealWithoutChangingTheResult(string combination)
    {
        var report = await new CutsRun(Plan(combination), Few, new Random(Seed), Ignore).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", string.Join('\n', report.Complaints));
        Assert.Equal(Few, report.Faults);
        Assert.True(report.Heals > 0, "No link was healed.");
    }

    [Theory]
    [InlineData("Tcp Aead")]
    [InlineData("Grpc Tls")]
    public async Task Flips_OfSingleBits_AreDetectedWithoutChangingTheResult(string combination)
    {
        var report = await new FlipsRun(Plan(combination), Few, new Random(Seed), Ignore).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", string.Join('\n', report.Complaints));
        Assert.Equal((Few, 0), (report.Faults, report.Unnoticed));
        Assert.True(report.Heals + report.Failed > 0, "No link was healed, and no call failed.");
    }

    private static JobPlan Plan(string combination)
    {
        var options = Combinations.Options(combination);
        return new JobPlan
        {
            World = World,
            Rounds = RoundKind.Family,
            Transport = options.Transport,
            Protection = options.Protection,
            Bytes = 2 << 20,
        };
    }

    private static void Ignore(string progress)
    {
    }
}
