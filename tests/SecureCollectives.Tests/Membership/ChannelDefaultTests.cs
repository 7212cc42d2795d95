using SecureCollectives.Membership;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

public sealed class ChannelDefaultTests
{
    /// <summary>Gets the rosters: host and cores of each rank, and the expected channels.</summary>
    public static TheoryData<string, int> Rosters => new()
    {
        { "a:64", 1 },
        { "a:2 a:2", 1 },
        { "a:2 b:2", 1 },
        { "a:3 b:64", 1 },
        { "a:4 b:4", 2 },
        { "a:7 b:64", 3 },
        { "a:16 a:16", 4 },
        { "a:16 a:16 a:16 a:16", 2 },
        { "a:8 a:8 b:8 b:8", 2 },
        { "a:16 b:8 b:8 b:8 b:8", 1 },
        { "a:64 b:64", 4 },
        { "a:1024 b:1024", 4 },
        { "a:0 b:64", 1 },
        { "A:4 a:4", 1 },
    };

    [Theory]
    [MemberData(nameof(Rosters))]
    public void Of_RanksAndCoresOfHosts_IsThatOfTheRankWithTheFewest(string ranks, int channels)
    {
        var members = ranks.Split(' ').Select(static (rank, number) =>
        {
            var parts = rank.Split(':');
            return new RosterMember(WorkerId.Create("test.example", "job-a", number), new HostPort(parts[0], 4000 + number),
                new byte[RosterMember.NonceLength], AutomaticSuite.Announcement)
            {
                Cores = int.Parse(parts[1]),
            };
        }).ToArray();
        Assert.Equal(channels, ChannelDefault.Of(members));
    }

    /// <summary>All ranks use the smallest announced number of cores, unless the options set the channels.</summary>
    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 3)]
    public async Task Open_CoresDiffer_AllRanksHaveTheSameChannels(int asked, int expected)
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 2).Select(rank => Task.Run(() =>
        {
            var options = cluster.Options(rank);
            options.Cores = rank == 0 ? 100 : 8;
            return cluster.JoinAsync(options);
        })));
        var members = await LocalCluster.OpenAllAsync(jobs, "group", () => new CommunicatorOptions { Channels = asked });
        Assert.All(members, member => Assert.Equal(expected, member.Channels));
        await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());
    }
}
