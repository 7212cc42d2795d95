using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class ComparerTests
{
    private const int Rounds = 12;

    private static readonly Func<double?> NoDistance = static () => null;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AllRounds_MeetEachContenderOnceInChangingOrder()
    {
        List<string> order = [];
        var passes = new[] { Fakes.FastPeer, Fakes.SlowPeer, Fakes.Ours }.Select(contender => PassOf(contender, order)).ToArray();

        await RunAsync(passes);

        Assert.All(passes, pass => Assert.Equal(Enumerable.Range(0, Rounds), pass.Rounds));
        var rounds = order.Chunk(passes.Length).Select(round => string.Join(' ', round)).ToArray();
        Assert.True(rounds.Distinct().Count() > 1, "the order never changed");
    }

    [Fact]
    public async Task Run_SameSeed_SameOrder()
    {
        List<string> first = [], second = [];

        await RunAsync(PassOf(Fakes.FastPeer, first), PassOf(Fakes.SlowPeer, first), PassOf(Fakes.Ours, first));
        await RunAsync(PassOf(Fakes.FastPeer, second), PassOf(Fakes.SlowPeer, second), PassOf(Fakes.Ours, second));

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Run_ContenderFails_IsLeftOutFromThereOnAndNamed()
    {
        var failing = new Fakes.Pass(Fakes.FastPeer, round =>
            round == 1
                ? throw new ContenderFailedException(
                    "it ended with exit code 7") : new CompareSample(Fakes.FastPeer.Key, Fakes.Cell, 10, 0));
        var sound = PassOf(Fakes.Ours, []);

        var results = await RunAsync(failing, sound);

        Assert.Equal([0, 1], failing.Rounds);
        Assert.Equal(Rounds, sound.Rounds.Count);
        var failure = Assert.Single(results.Failures);
        Assert.Contains("Fast peer failed in round 2", failure, StringComparison.Ordinal);
        Assert.Contains("exit code 7", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Cancelled_KeepsWhatWasMeasured()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var pass = new Fakes.Pass(Fakes.Ours, round =>
        {
            if (round == 2)
            {
                cancel.Cancel();
            }

            return new CompareSample(Fakes.Ours.Key, Fakes.Cell, 10, 0);
        });
        var results = new CompareResults([Fakes.Ours], [Fakes.Cell]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new Comparer([pass], Rounds, seed: 1, NoDistance, new Fakes.NoProgress()).RunAsync(results, cancel.Token));

        Assert.Equal(3, Assert.Single(results.Rows()).TimesUs.Count);
    }

    /// <summary>A pass that is near before and far after counts as far.</summary>
    [Theory]
    [InlineData(100, 100, 1, 0)]
    [InlineData(100, 450, 0, 1)]
    [InlineData(450, 100, 0, 1)]
    [InlineData(null, 100, 0, 0)]
    public async Task Run_Probe_IsReadBeforeAndAfterEachPass(int? before, int? after, int near, int far)
    {
        var probes = new Queue<double?>([before, after]);
        var results = new CompareResults([Fakes.Ours], [Fakes.Cell]);

        await new Comparer([PassOf(Fakes.Ours, [])], rounds: 1, seed: 1, probes.Dequeue, new Fakes.NoProgress()).RunAsync(results, Token);

        Assert.Empty(probes);
        Assert.Equal((near, far), (results.Count(CoreState.Near), results.Count(CoreState.Far)));
    }

    private static Fakes.Pass PassOf(Contender contender, List<string> order) => new(contender, _ =>
    {
        order.Add(contender.Key);
        return new CompareSample(contender.Key, Fakes.Cell, 10, 0);
    });

    private static async Task<CompareResults> RunAsync(params Fakes.Pass[] passes)
    {
        var results = new CompareResults([.. passes.SelectMany(pass => pass.Contenders)], [Fakes.Cell]);
        await new Comparer(passes, Rounds, seed: 1, NoDistance, new Fakes.NoProgress()).RunAsync(results, Token);
        return results;
    }
}
