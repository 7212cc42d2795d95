using SecureCollectives.Links;
using SecureCollectives.Testing;
using SecureCollectives.Tests.Collectives;

namespace SecureCollectives.Tests.Links;

/// <summary>
/// Links between ranks that are not neighbours are opened when an operation needs them and closed when idle, among workers that joined over
/// mutual TLS.
/// </summary>
public sealed class LinksOnDemandTests
{
    private const int Size = 6;
    private const string WasOpened = "was opened at operation";
    private const string WasClosed = "was closed: no operation has used it";

    public static TheoryData<string> Names => [.. Combinations.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task AllToAll_RanksWithoutLinks_OpenThemOnce(string name)
    {
        await using var cluster = new LocalCluster(Size);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "mesh", () => Combinations.Options(name));
        Assert.DoesNotContain(cluster.Logs.Logger.Entries, static entry => entry.Message.Contains(WasOpened, StringComparison.Ordinal));

        await LocalCluster.RunAsync(members, member => FamilyCalls.AssertAsync(member, 3001, [0, Size - 1]));

        // Neighbours in the ring and in recursive doubling have links already; each end of every other link logs once that it was opened.
        var neighbours = Enumerable.Range(0, Size).Sum(rank => SecureCollectives.Collectives.Neighbours.Of(rank, Size).Length);
        await cluster.Logs.WaitForAsync(
            static message => message.Contains(WasOpened, StringComparison.Ordinal), (Size * (Size - 1)) - neighbours);
        Assert.Equal((Size * (Size - 1)) - neighbours,
            cluster.Logs.Logger.Entries.Count(static entry => entry.Message.Contains(WasOpened, StringComparison.Ordinal)));
        Assert.DoesNotContain(cluster.Logs.Warnings,
            static warning => !warning.Contains("WITHOUT PROTECTION", StringComparison.OrdinalIgnoreCase)
                && !warning.StartsWith("Workers on other hosts cannot join", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Link_Idle_IsClosedAndOpenedAgain()
    {
        await using var cluster = new LocalCluster(Size);
        var keeping = new LinkKeeperOptions { IdleTime = TimeSpan.FromMilliseconds(300), CheckInterval = TimeSpan.FromMilliseconds(100) };
        var members = await LocalCluster.OpenAllAsync(
            await cluster.JoinAllAsync(), "idle", () => new CommunicatorOptions { LinkKeeping = keeping });
        for (var round = 1; round <= 3; round++)
        {
            await LocalCluster.RunAsync(members, member => FamilyCalls.AssertAsync(member, 100 * round, [2]));
            await cluster.Logs.WaitForAsync(static message => message.Contains(WasClosed, StringComparison.Ordinal), round * 4);
            await LocalCluster.RunAsync(members, member => ReferenceCalls.AssertAsync(member, 1000));
        }

        Assert.True(cluster.Logs.Logger.Entries.Count(static entry => entry.Message.Contains(WasOpened, StringComparison.Ordinal)) > 8);
    }

    /// <summary>A rank that had no link to the departed member soon names it.</summary>
    [Fact]
    public async Task AllToAll_AMemberHasLeft_FailsNamingIt()
    {
        await using var cluster = new LocalCluster(Size);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "left", static () => new CommunicatorOptions());
        await members[3].DisposeAsync();
        await LocalCluster.RunAsync(members, async member =>
        {
            if (member.Rank != 3)
            {
                var failure = await Assert.ThrowsAsync<CollectiveException>(
                    () => member.AllToAllAsync<int>(new int[Size * 10_000]).AsTask());
                Assert.Equal(3, failure.Culprit);
            }
        });
    }
}
