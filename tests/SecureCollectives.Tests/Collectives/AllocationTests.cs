using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Calls that repeat allocate nothing. Alone in the process: what other tests allocate would be counted.</summary>
[Collection(RunAlone.Name)]
public sealed class AllocationTests
{
    /// <summary>
    /// Of a batch, for each rank. All batches together make fewer frames than those after which keys change, which allocates.
    /// </summary>
    private const int Calls = 200;

    /// <summary>Buffers grow, methods are compiled.</summary>
    private const int WarmUpCalls = 100;

    private const int SmallBytes = 32 * 1024;

    /// <summary>The longest calls take as many channels as there are.</summary>
    private const int ChannelBytes = 16 * 1024;

    /// <summary>
    /// What allocates when it first happens, as a lock does that two threads want at once, happens in some batches; what a call allocates,
    /// in all.
    /// </summary>
    private const int Batches = 3;

#if DEBUG
    /// <summary>In a debug build, the state of an async method is an object.</summary>
    private const int StateMachineBytes = 128;
#else
    private const int StateMachineBytes = 0;
#endif

    public static TheoryData<byte, int, int, int, bool, int> Worlds => new()
    {
        { (byte)SuiteCode.None, 2, 1, 1, false, 1 },
        { (byte)SuiteCode.Aes256Gcm, 2, 1, 1, false, 1 },
        { (byte)SuiteCode.Aes256Gcm, 3, 1000, 1, false, 1 },
        { (byte)SuiteCode.None, 3, 20_000, 1, false, 1 },
        { (byte)SuiteCode.ChaCha20Poly1305, 4, 20_000, 1, false, 1 },
        { (byte)SuiteCode.Aegis128L, 2, 1, 1, false, 1 },
        { (byte)SuiteCode.Aegis128L, 4, 20_000, 2, false, 1 },
        { (byte)SuiteCode.Aegis256, 3, 20_000, 1, false, 1 },
        { (byte)SuiteCode.Aes256Gcm, 4, 20_000, 2, false, 1 },
        { (byte)SuiteCode.None, 2, 1, 1, true, 1 },
        { (byte)SuiteCode.None, 3, 20_000, 1, true, 1 },
        { (byte)SuiteCode.Aegis128L, 2, 1, 1, true, 1 },
        { (byte)SuiteCode.Aegis128L, 4, 20_000, 2, true, 1 },
        { (byte)SuiteCode.Aes256Gcm, 3, 20_000, 1, true, 1 },
        { (byte)SuiteCode.None, 2, 20_000, 1, false, 4 },
        { (byte)SuiteCode.Aes256Gcm, 3, 20_000, 1, false, 2 },
        { (byte)SuiteCode.Aegis128L, 2, 20_000, 1, true, 2 },
    };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Calls_OnTheCallersThread_AllocateNothing(byte suite, int size, int length, int local, bool memory, int channels)
    {
        await using var group = Create(suite, size, local, memory, channels);
        using var token = new CancellationTokenSource();
        await group.RunAsync(member =>
        {
            var (input, output, all, whole) = (new float[length], new float[length], new float[length * size], new float[length * size]);
            void Repeat(int times)
            {
                for (var i = 0; i < times; i++)
                {
                    member.AllReduce<float>(input, output, ReduceOp.Sum, token.Token);
                    member.AllGather<float>(input, all, CancellationToken.None);
                    member.Barrier(CancellationToken.None);
                    RunFamily();
                }
            }

            void RunFamily()
            {
                member.ReduceScatter<float>(whole, output, ReduceOp.Average, token.Token);
                member.Broadcast<float>(input, 1, CancellationToken.None);
                member.Reduce<float>(input, member.Rank == 1 ? output : [], ReduceOp.Max, 1, CancellationToken.None);
                member.Gather<float>(input, member.Rank == 0 ? all : [], 0, CancellationToken.None);
                member.Scatter<float>(member.Rank == 0 ? all : [], output, 0, CancellationToken.None);
                member.AllToAll<float>(whole, all, CancellationToken.None);
            }

            Repeat(WarmUpCalls);
            var least = Enumerable.Range(0, Batches).Min(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Repeat(Calls);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
            Assert.Equal(0, least);
        });
    }

    /// <summary>All threads are counted: less than a byte for a call of a rank is nothing for a call.</summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Calls_Queued_AllocateNothing(byte suite, int size, int length, int local, bool memory, int channels)
    {
        await using var group = Create(suite, size, local, memory, channels);
        var least = long.MaxValue;
        await group.RunAsync(async member =>
        {
            var (input, output, all) = (new float[length], new float[length], new float[length * size]);
            await RepeatAsync(WarmUpCalls);
            for (var batch = 0; batch < Batches; batch++)
            {
                // All ranks begin after the count was taken and have ended before the next.
                await member.BarrierAsync(CancellationToken.None);
                var before = member.Rank == 0 ? GC.GetTotalAllocatedBytes(precise: true) : 0;
                await member.BarrierAsync(CancellationToken.None);
                await RepeatAsync(Calls);
                await member.BarrierAsync(CancellationToken.None);
                if (member.Rank == 0)
                {
                    least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
                }
            }

            async Task RepeatAsync(int times)
            {
                for (var i = 0; i < times; i++)
                {
                    await member.AllReduceAsync<float>(input, output, ReduceOp.Sum, CancellationToken.None);
                    if (i % 8 == 0)
                    {
                        await member.AllGatherAsync<float>(input, all, CancellationToken.None);
                        await member.BarrierAsync(CancellationToken.None);
                        await member.BroadcastAsync<float>(input, 1, CancellationToken.None);
                        if (local == 1)
                        {
                            // Around the ring it takes scratch, which costs an object.
                            await member.ReduceScatterAsync<float>(all, output, ReduceOp.Sum, CancellationToken.None);
                        }
                    }
                }
            }
        });
        Assert.InRange(least, 0, size * Calls);
    }

    /// <summary>Three operations a step, with a token that could fire.</summary>
    [Fact]
    public async Task Steps_OfAGradientBucketer_AllocateNothing()
    {
        await using var group = MemoryGroup.Create(2, smallBytes: SmallBytes);
        using var token = new CancellationTokenSource();
        var least = long.MaxValue;
        await group.RunAsync(async member =>
        {
            var bucketer = new GradientBucketer<float>(
                member, [2000, 1000, 1000], new GradientBucketerOptions { FirstBucketBytes = 4000, BucketBytes = 4000 });
            Assert.Equal(3, bucketer.BucketCount);
            await RepeatAsync(WarmUpCalls);
            for (var batch = 0; batch < Batches; batch++)
            {
                await member.BarrierAsync(CancellationToken.None);
                var before = member.Rank == 0 ? GC.GetTotalAllocatedBytes(precise: true) : 0;
                await member.BarrierAsync(CancellationToken.None);
                await RepeatAsync(Calls);
                await member.BarrierAsync(CancellationToken.None);
                if (member.Rank == 0)
                {
                    least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
                }
            }

            async Task RepeatAsync(int times)
            {
                for (var i = 0; i < times; i++)
                {
                    for (var parameter = 2; parameter >= 0; parameter--)
                    {
                        bucketer.GradientOf(parameter).Span.Fill(i);
                        bucketer.MarkReady(parameter);
                    }

                    await bucketer.WaitAsync(token.Token);
                }
            }
        });
        Assert.InRange(least, 0, group.Members.Length * Calls * (1 + StateMachineBytes));
    }

    private static MemoryGroup Create(byte suite, int size, int local, bool memory, int channels)
    {
        Assert.SkipWhen(LocalSuites.Installed.Reason((SuiteCode)suite) is not null, $"{LocalSuites.Installed.Reason((SuiteCode)suite)}.");
        return MemoryGroup.Create(
            size,
            suite: (SuiteCode)suite,
            smallBytes: SmallBytes,
            localWorldSize: local,
            connect: () => memory ? SharedMemoryLanes.CreatePair() : LoopbackLanes.CreatePair(),
            channels: channels,
            mesh: true,
            channelBytes: ChannelBytes);
    }
}
