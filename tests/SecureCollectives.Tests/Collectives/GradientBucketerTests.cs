using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Training steps of a data-parallel model, over in-memory lanes.</summary>
public sealed class GradientBucketerTests
{
    private const int Steps = 20;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The parameter lengths; with the sizes below they form four buckets.</summary>
    private static readonly int[] Lengths = [1000, 30, 0, 5000, 17, 1024, 1, 256, 10];

    private static GradientBucketerOptions Sizes => new() { FirstBucketBytes = 1024, BucketBytes = 4096 };

    public static TheoryData<int, int, int> Worlds => new() { { 1, 0, 1 }, { 2, 0, 1 }, { 2, 32 * 1024, 1 }, { 4, 0, 1 }, { 4, 0, 2 } };

    /// <summary>
    /// Each rank produces its gradients in a different order in each step, except rank 0, which follows the backward pass.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Steps_GradientsReadyInAnyOrder_MatchSeparateAverages(int size, int small, int channels)
    {
        await using var group = MemoryGroup.Create(size, smallBytes: small, channels: channels, channelBytes: 4096);
        await group.RunAsync(async member =>
        {
            var random = new Random(member.Rank);
            var bucketer = new GradientBucketer<float>(member, Lengths, Sizes);
            Assert.Equal(4, bucketer.BucketCount);
            for (var step = 0; step < Steps; step++)
            {
                int[] order = [.. Enumerable.Range(0, Lengths.Length).Reverse()];
                if (member.Rank > 0)
                {
                    random.Shuffle(order);
                }

                foreach (var parameter in order)
                {
                    Write(bucketer, member.Rank, step, parameter);
                    bucketer.MarkReady(parameter);
                }

                await bucketer.WaitAsync();
                AssertAverages(bucketer, size, step);
            }
        });
    }

    [Fact]
    public async Task MarkReady_ByManyThreads_QueuesTheSameOnAllRanks()
    {
        await using var group = MemoryGroup.Create(2);
        await group.RunAsync(async member =>
        {
            var bucketer = new GradientBucketer<float>(member, Lengths, Sizes);
            for (var step = 0; step < Steps; step++)
            {
                await Task.WhenAll(Enumerable.Range(0, Lengths.Length).Select(parameter => Task.Run(() =>
                {
                    Write(bucketer, member.Rank, step, parameter);
                    bucketer.MarkReady(parameter);
                })));
                await bucketer.WaitAsync();
                AssertAverages(bucketer, 2, step);
            }
        });
    }

    /// <summary>
    /// A barrier queued after the first bucket completes after it: the bucket was reduced before the other gradients existed.
    /// </summary>
    [Fact]
    public async Task MarkReady_FirstBucketIsComplete_IsReducedBeforeTheOthersAre()
    {
        await using var group = MemoryGroup.Create(2);
        await group.RunAsync(async member =>
        {
            var bucketer = new GradientBucketer<float>(member, Lengths, Sizes);
            for (var parameter = Lengths.Length - 1; parameter >= 0; parameter--)
            {
                Write(bucketer, member.Rank, 0, parameter);
                bucketer.MarkReady(parameter);
                if (parameter == Lengths.Length - 2)
                {
                    await member.BarrierAsync();
                    AssertAverage(bucketer, 2, 0, parameter);
                    AssertAverage(bucketer, 2, 0, parameter + 1);
                }
            }

            await bucketer.WaitAsync();
            AssertAverages(bucketer, 2, 0);
        });
    }

    [Fact]
    public async Task WaitAsync_AGradientIsMissing_NamesItAndCompletesOnceItIsReady()
    {
        await using var group = MemoryGroup.Create(2);
        await group.RunAsync(async member =>
        {
            var bucketer = new GradientBucketer<float>(member, Lengths, Sizes);
            MarkAll(bucketer, member.Rank, member.Rank == 0 ? [3, 7] : []);
            if (member.Rank == 0)
            {
                var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => bucketer.WaitAsync().AsTask());
                Assert.Contains("not marked ready: 3, 7.", missing.Message, StringComparison.Ordinal);
                bucketer.MarkReady(7);
                bucketer.MarkReady(3);
            }

            await bucketer.WaitAsync();
            AssertAverages(bucketer, 2, 0);
        });
    }

    [Fact]
    public async Task WaitAsync_AGradientIsMissingAndItsRankLeaves_OthersNameTheRank()
    {
        await using var group = MemoryGroup.Create(3);
        await group.RunAsync(async member =>
        {
            var bucketer = new GradientBucketer<float>(member, Lengths, Sizes);
            MarkAll(bucketer, member.Rank, member.Rank == 1 ? [0] : []);
            if (member.Rank == 1)
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => bucketer.WaitAsync().AsTask());
                await member.DisposeAsync();
                return;
            }

            var failure = await Assert.ThrowsAsync<CollectiveException>(() => bucketer.WaitAsync().AsTask().WaitAsync(Limit));
            Assert.Equal((CollectiveError.Closed, 1), (failure.Error, failure.Culprit));
        });
    }

    [Fact]
    public async Task WaitAsync_ARankHasLeft_FailsInThisStepAndTheNext()
    {
        await using var group = MemoryGroup.Create(2);
        var bucketer = new GradientBucketer<float>(group.Members[0], Lengths, Sizes);
        MarkAll(bucketer, 0, []);
        var step = bucketer.WaitAsync().AsTask();
        await group.Members[1].DisposeAsync();
        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<CollectiveException>(() => step.WaitAsync(Limit));
            Assert.Equal((CollectiveError.Closed, 1), (failure.Error, failure.Culprit));
            MarkAll(bucketer, 0, []);
            step = bucketer.WaitAsync().AsTask();
        }

        await Assert.ThrowsAsync<CollectiveException>(() => step.WaitAsync(Limit));
    }

    [Fact]
    public async Task WaitAsync_Cancelled_AbortsTheCommunicatorOnAllRanks()
    {
        await using var group = MemoryGroup.Create(2);
        using var token = new CancellationTokenSource();
        var bucketer = new GradientBucketer<float>(group.Members[0], Lengths, Sizes);
        MarkAll(bucketer, 0, []);
        var step = bucketer.WaitAsync(token.Token).AsTask();
        await token.CancelAsync();

        var cancelled = await Assert.ThrowsAsync<OperationCanceledException>(() => step.WaitAsync(Limit));
        Assert.Equal(token.Token, cancelled.CancellationToken);
        var other = new GradientBucketer<float>(group.Members[1], Lengths, Sizes);
        MarkAll(other, 1, []);
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => other.WaitAsync().AsTask().WaitAsync(Limit));
        Assert.Equal((CollectiveError.Cancelled, 0), (failure.Error, failure.Culprit));
    }

    [Fact]
    public async Task WaitAsync_TokenHasFired_ThrowsAndChangesNothing()
    {
        await using var group = MemoryGroup.Create(2);
        await group.RunAsync(async member =>
        {
            var bucketer = new GradientBucketer<float>(member, Lengths, Sizes);
            MarkAll(bucketer, member.Rank, []);
            await Assert.ThrowsAsync<OperationCanceledException>(() => bucketer.WaitAsync(new CancellationToken(canceled: true)).AsTask());
            await bucketer.WaitAsync();
            AssertAverages(bucketer, 2, 0);
        });
    }

    [Fact]
    public async Task Calls_OutOfTurn_AreRefused()
    {
        await using var group = MemoryGroup.Create(2);
        var bucketer = new GradientBucketer<float>(group.Members[0], Lengths, Sizes);
        MarkAll(bucketer, 0, []);
        var step = bucketer.WaitAsync().AsTask();

        Assert.Contains("parameter 4 ", Assert.Throws<InvalidOperationException>(() => bucketer.MarkReady(4)).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bucketer.WaitAsync().AsTask());
        Assert.Throws<ArgumentOutOfRangeException>(() => bucketer.MarkReady(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => bucketer.GradientOf(Lengths.Length));

        var other = new GradientBucketer<float>(group.Members[1], Lengths, Sizes);
        MarkAll(other, 1, []);
        await other.WaitAsync().AsTask().WaitAsync(Limit);
        await step.WaitAsync(Limit);
        AssertAverages(bucketer, 2, 0);
    }

    [Fact]
    public async Task Create_WithInvalidArguments_IsRefused()
    {
        await using var group = MemoryGroup.Create(1);
        var member = group.Members[0];

        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientBucketer<float>(member, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientBucketer<float>(member, [1, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new GradientBucketer<float>(member, [1], new GradientBucketerOptions { BucketBytes = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new GradientBucketer<float>(member, [1], new GradientBucketerOptions { FirstBucketBytes = -1 }));
        Assert.Throws<ArgumentException>(() => new GradientBucketer<Guid>(member, [1]));
    }

    /// <summary>The buckets have the same number of elements on both ranks, but hold different parameters.</summary>
    [Fact]
    public async Task WaitAsync_RanksHaveOtherParameters_ReportsTheMismatch()
    {
        await using var group = MemoryGroup.Create(2);
        var failures = await Task.WhenAll(group.Members.Select(member => Assert.ThrowsAsync<CollectiveException>(async () =>
        {
            int[] lengths = member.Rank == 0 ? [300, 1, 2] : [300, 2, 1];
            var bucketer = new GradientBucketer<float>(member, lengths, new GradientBucketerOptions { FirstBucketBytes = 12 });
            bucketer.MarkReady(0);
            bucketer.MarkReady(1);
            bucketer.MarkReady(2);
            await bucketer.WaitAsync().AsTask().WaitAsync(Limit);
            await member.BarrierAsync().AsTask().WaitAsync(Limit);
        })));
        Assert.Contains(failures, failure => failure.Error == CollectiveError.CallMismatch
            && failure.Message.Contains("AllReduce(3 x Float32, Average, split", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Steps_PreScaledSum_ScaleEachGradientOnce()
    {
        await using var group = MemoryGroup.Create(2);
        await group.RunAsync(async member =>
        {
            var options = Sizes;
            options.Operation = ReduceOp.PreScaledSum(member.Rank == 0 ? 0.5 : 0.25);
            var bucketer = new GradientBucketer<float>(member, Lengths, options);
            for (var step = 0; step < 3; step++)
            {
                for (var parameter = 0; parameter < Lengths.Length; parameter++)
                {
                    Write(bucketer, member.Rank, step, parameter);
                    bucketer.MarkReady(parameter);
                }

                await bucketer.WaitAsync();
                for (var parameter = 0; parameter < Lengths.Length; parameter++)
                {
                    Assert.Equal(
                        Enumerable.Range(0, Lengths[parameter])
                            .Select(i => (0.5f * Value(0, step, parameter, i)) + (0.25f * Value(1, step, parameter, i))),
                        bucketer.GradientOf(parameter).ToArray());
                }
            }
        });
    }

    /// <summary>Writes all gradients of step 0, and marks all of them ready except those of the given parameters.</summary>
    private static void MarkAll(GradientBucketer<float> bucketer, int rank, int[] butThese)
    {
        for (var parameter = Lengths.Length - 1; parameter >= 0; parameter--)
        {
            Write(bucketer, rank, 0, parameter);
            if (!butThese.Contains(parameter))
            {
                bucketer.MarkReady(parameter);
            }
        }
    }

    private static void Write(GradientBucketer<float> bucketer, int rank, int step, int parameter)
    {
        var gradient = bucketer.GradientOf(parameter).Span;
        Assert.Equal(Lengths[parameter], gradient.Length);
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] = Value(rank, step, parameter, i);
        }
    }

    private static void AssertAverages(GradientBucketer<float> bucketer, int size, int step)
    {
        for (var parameter = 0; parameter < Lengths.Length; parameter++)
        {
            AssertAverage(bucketer, size, step, parameter);
        }
    }

    private static void AssertAverage(GradientBucketer<float> bucketer, int size, int step, int parameter) => Assert.Equal(
        Enumerable.Range(0, Lengths[parameter]).Select(i => Enumerable.Range(0, size).Sum(rank => Value(rank, step, parameter, i)) / size),
        bucketer.GradientOf(parameter).ToArray());

    /// <summary>Returns small integers, whose sums are exact.</summary>
    private static float Value(int rank, int step, int parameter, int position) =>
        (((position * 7) + (parameter * 5) + (step * 3) + (rank * 13)) % 11) - 5;
}
