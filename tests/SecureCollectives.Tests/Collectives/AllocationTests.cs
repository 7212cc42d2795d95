using System.Diagnostics;
using System.Reflection;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Repeated calls allocate nothing. Runs alone, because allocations of other tests in the process would be counted.</summary>
[Collection(RunAlone.Name)]
public sealed class AllocationTests
{
    /// <summary>
    /// The number of calls per batch and rank. All batches together stay below the number of frames after which keys change, because
    /// rekeying allocates.
    /// </summary>
    private const int Calls = 200;

    /// <summary>During the warm-up, buffers grow and methods are compiled.</summary>
    private const int WarmUpCalls = 100;

    private const int SmallBytes = 32 * 1024;

    /// <summary>Small enough that the longest calls use all channels.</summary>
    private const int ChannelBytes = 16 * 1024;

    /// <summary>
    /// One-time allocations, such as that of a lock when it is first contended, occur in only some of the batches. Allocations by a call
    /// occur in all of them, so the minimum counts.
    /// </summary>
    private const int Batches = 3;

    private const int SmallestObjectBytes = 24;

    /// <summary>In a build without optimization, the state machine of an async method is an object.</summary>
    private static readonly int StateMachineBytes =
        typeof(Communicator).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true ? 128 : 0;

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

    /// <summary>Counts all threads: less than one byte per call and rank means that no call allocates.</summary>
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
                // The barriers ensure that all ranks start after the first count and finish before the second.
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
                            // A call around the ring needs scratch memory, which allocates an object.
                            await member.ReduceScatterAsync<float>(all, output, ReduceOp.Sum, CancellationToken.None);
                        }
                    }
                }
            }
        });
        Assert.InRange(least, 0, size * Calls);
    }

    /// <summary>Each step runs three operations, with a cancellable token.</summary>
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
        // A step that allocates anything allocates the smallest object. Half of that leaves room for what a busy machine adds to a batch.
        Assert.InRange(least, 0, group.Members.Length * Calls * ((SmallestObjectBytes / 2) + StateMachineBytes));
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
