using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Communicators that contain some of the job's ranks.</summary>
public sealed class SplitTests
{
    private const int Size = 6;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Names => [.. Combinations.Names];

    /// <summary>Splits the ranks into even and odd, in reverse order; both groups and their parent run at the same time.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Split_ByColorAndKey_GroupsWorkAtTheSameTime(string name)
    {
        await using var cluster = new LocalCluster(Size);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "parent", () => Combinations.Options(name));
        await LocalCluster.RunAsync(members, async member =>
        {
            var (color, place) = (member.Rank % 2, (Size - 1 - member.Rank) / 2);
            await using var group = await member.SplitAsync(color, -member.Rank, Combinations.Options(name));
            Assert.NotNull(group);
            Assert.Equal((place, Size / 2), (group.Rank, group.Size));
            Assert.Equal([color + 4, color + 2, color], group.JobRanks);
            Assert.StartsWith($"parent/1.{color}-", group.Id, StringComparison.Ordinal);

            await Task.WhenAll(
                OwnThread.RunAsync(() => FamilyCalls.AssertAsync(group, 1003, [1])),
                OwnThread.RunAsync(() => ReferenceCalls.AssertAsync(member, 1003)));
            await ReferenceCalls.AssertAsync(group, 100_003);
            await member.BarrierAsync();
        });
    }

    [Fact]
    public async Task Split_WithoutColor_GivesNoGroup()
    {
        await using var cluster = new LocalCluster(3);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "parent", static () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, async member =>
        {
            await using var group = await member.SplitAsync(member.Rank == 1 ? null : 7);
            Assert.Equal(member.Rank == 1, group is null);
            await (group is null ? Task.CompletedTask : ReferenceCalls.AssertAsync(group, 100));
        });
    }

    [Fact]
    public async Task Split_OfAGroup_NamesRanksAsTheJobDoes()
    {
        await using var cluster = new LocalCluster(Size);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "p", static () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, async member =>
        {
            await using var half = await member.SplitAsync(member.Rank / 3);
            Assert.NotNull(half);
            await using var pair = await half.SplitAsync(half.Rank == 1 ? 0 : 1, -half.Rank);
            int[] expected = half.Rank == 1 ? [member.Rank] : [(member.Rank / 3 * 3) + 2, member.Rank / 3 * 3];
            Assert.Equal(expected, pair!.JobRanks);
            await ReferenceCalls.AssertAsync(pair, 1000);
            await member.BarrierAsync();
        });
    }

    /// <summary>The arbiters are not in the group, but still decide which rank is to blame, and only the group ends.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_OfAGroupOfOthers_FailNamingTheJobsRank(bool mismatch)
    {
        const int Odd = 4;
        await using var cluster = new LocalCluster(Size);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "parent", static () => new CommunicatorOptions());
        var failures = new CollectiveException[Size];
        await LocalCluster.RunAsync(members, async member =>
        {
            await using var group = await member.SplitAsync(
                member.Rank < 2 ? 0 : 1, 0, new CommunicatorOptions { OperationTimeout = TimeSpan.FromSeconds(3) });
            if (member.Rank >= 2)
            {
                await group!.BarrierAsync();
                var length = member.Rank == Odd && mismatch ? 9 : 100_000;
                if (mismatch || member.Rank != Odd)
                {
                    failures[member.Rank] = await Assert.ThrowsAsync<CollectiveException>(
                        () => group.AllReduceAsync<int>(new int[length], ReduceOp.Sum).AsTask().WaitAsync(Limit));
                }
            }
            else
            {
                await ReferenceCalls.AssertAsync(group!, 1000);
            }

            await member.BarrierAsync();
            await (member.Rank < 2 ? ReferenceCalls.AssertAsync(group!, 1000) : Task.CompletedTask);
        });

        var told = failures.Where(static failure => failure is not null).ToArray();
        Assert.Equal(mismatch ? 4 : 3, told.Length);
        Assert.All(told,
            failure =>
                Assert.Equal((mismatch ? CollectiveError.CallMismatch : CollectiveError.TimedOut, Odd), (failure.Error, failure.Culprit)));
        Assert.Single(told.Select(static failure => failure.Message).Distinct());
    }

    [Fact]
    public async Task Split_WithDifferentOptions_IsRefused()
    {
        await using var cluster = new LocalCluster(2);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "parent", static () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, async member =>
        {
            var failure = await Assert.ThrowsAsync<MembershipException>(
                () => member.SplitAsync(0, 0, new CommunicatorOptions { Lanes = 1 + member.Rank }));
            Assert.Equal(MembershipError.ParametersDiffer, failure.Error);
        });
    }

    [Fact]
    public async Task Split_OfACommunicatorWithoutAJob_IsRefused()
    {
        await using var group = MemoryGroup.Create(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => group.Members[0].SplitAsync(0));
    }

    /// <summary>
    /// A split cancelled on one rank, which has then counted one split more than the others, does not put later splits out of step.
    /// </summary>
    [Fact]
    public async Task Split_AfterOneThatWasCancelledOnARank_GivesAllTheSameGroup()
    {
        await using var cluster = new LocalCluster(2);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "parent", static () => new CommunicatorOptions());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => members[0].SplitAsync(0, cancellationToken: new CancellationToken(canceled: true)));
        var ids = new string[2];
        await LocalCluster.RunAsync(members, async member =>
        {
            for (var split = 0; split < 2; split++)
            {
                await using var group = await member.SplitAsync(0);
                Assert.NotNull(group);
                await ReferenceCalls.AssertAsync(group, 10);
                ids[member.Rank] += $"{group.Id} ";
            }
        });
        Assert.Equal(ids[0], ids[1]);
    }
}
