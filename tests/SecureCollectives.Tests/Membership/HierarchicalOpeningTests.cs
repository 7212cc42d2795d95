using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>How a communicator determines the number of ranks on each host.</summary>
public sealed class HierarchicalOpeningTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The launcher's value is used if it divides the world size. Otherwise, and if all ranks are on one host, there is a single ring.
    /// </summary>
    [Theory]
    [InlineData(null, 0, 8, 1)]
    [InlineData(null, 1, 8, 1)]
    [InlineData(null, 2, 8, 2)]
    [InlineData(null, 8, 8, 1)]
    [InlineData(null, 3, 8, 1)]
    [InlineData(null, 16, 8, 1)]
    [InlineData(4, 2, 8, 4)]
    [InlineData(1, 2, 8, 1)]
    [InlineData(8, 2, 8, 1)]
    public void EffectiveLocalWorldSize_OptionAndLauncher_OptionFirst(int? option, int launcher, int world, int expected)
    {
        var options = new CommunicatorOptions { LocalWorldSize = option };
        options.Validate(plaintextAllowed: false, world);
        Assert.Equal(expected, options.EffectiveLocalWorldSize(world, launcher));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(3)]
    [InlineData(16)]
    public void Validate_ImpossibleLocalWorldSize_SaysWhatIsPossible(int option)
    {
        var failure = Assert.Throws<MembershipException>(
            () => new CommunicatorOptions { LocalWorldSize = option }.Validate(plaintextAllowed: false, 8));
        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains($"LocalWorldSize is {option}; it must divide the world size, 8,", failure.Message,
            StringComparison.Ordinal);
    }

    /// <summary>
    /// With two hosts of two ranks, every rank has a link to every other. Whichever call comes first is refused because of the difference,
    /// and ranks that fail as a result learn the reason.
    /// </summary>
    [Fact]
    public async Task Open_OneRankHasAnotherLocalWorldSize_IsRefusedNamingBothValues()
    {
        const int Odd = 3;
        await using var cluster = new LocalCluster(4);
        var jobs = await cluster.JoinAllAsync();
        var failures = await Task.WhenAll(jobs.Select(job => Task.Run(() => Assert.ThrowsAsync<MembershipException>(
            () => job.OpenCommunicatorAsync("group", new CommunicatorOptions { LocalWorldSize = job.Rank == Odd ? 1 : 2 })))))
                .WaitAsync(Limit);

        Assert.All(failures, failure => Assert.Matches("local-world-size is 2 at rank [012] and 1 at rank 3", failure.Message));
        Assert.Contains(failures, failure => failure.Error == MembershipError.ParametersDiffer);
        await UseAsync(await LocalCluster.OpenAllAsync(jobs, "group", () => new CommunicatorOptions { LocalWorldSize = 2 }), 2);
    }

    [Fact]
    public async Task Open_LauncherSaysSo_RingHasTwoLevels()
    {
        await using var cluster = new LocalCluster(4);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 4).Select(rank => Task.Run(() =>
        {
            var options = cluster.Options(rank);
            options.LocalWorldSize = 2;
            return cluster.JoinAsync(options);
        }))).WaitAsync(Limit);
        await UseAsync(await LocalCluster.OpenAllAsync(jobs, "two", () => new CommunicatorOptions()), 2);
        await UseAsync(await LocalCluster.OpenAllAsync(jobs, "one", () => new CommunicatorOptions { LocalWorldSize = 1 }), 1);
    }

    private static Task UseAsync(Communicator[] members, int localWorldSize) => LocalCluster.RunAsync(members, async member =>
    {
        Assert.Equal(localWorldSize, member.LocalWorldSize);
        var buffer = Enumerable.Repeat(member.Rank + 1, 50_000).ToArray();
        await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
        Assert.All(buffer, value => Assert.Equal(members.Length * (members.Length + 1) / 2, value));
    });
}
