using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Calls that repeat allocate nothing. Alone in the process: what other tests allocate would be counted.</summary>
[Collection(RunAlone.Name)]
public sealed class AllocationTests
{
    /// <summary>With at most some ten frames each, fewer than the frames after which keys change, which allocates.</summary>
    private const int Calls = 5000;

    /// <summary>The same for calls of a frame or two: the more calls, the less the test's own machinery weighs beside what one of them would allocate.</summary>
    private const int SmallCalls = 4 * Calls;

    private const int SmallBytes = 32 * 1024;

    /// <summary>What allocates when it first happens, as a lock does that two threads want at once, happens in some batches; what a call allocates, in all.</summary>
    private const int Batches = 3;

    public static TheoryData<byte, int, int, int> Worlds => new()
    {
        { (byte)SuiteCode.None, 2, 1, 1 },
        { (byte)SuiteCode.Aes256Gcm, 2, 1, 1 },
        { (byte)SuiteCode.Aes256Gcm, 3, 1000, 1 },
        { (byte)SuiteCode.None, 3, 20_000, 1 },
        { (byte)SuiteCode.ChaCha20Poly1305, 4, 20_000, 1 },
        { (byte)SuiteCode.Aes256Gcm, 4, 20_000, 2 },
    };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Calls_OnTheCallersThread_AllocateNothing(byte suite, int size, int length, int local)
    {
        await using var group = Create(suite, size, local);
        using var token = new CancellationTokenSource();
        await group.RunAsync(member =>
        {
            var (input, output, all) = (new float[length], new float[length], new float[length * size]);
            void Repeat(int times)
            {
                for (var i = 0; i < times; i++)
                {
                    member.AllReduce<float>(input, output, ReduceOp.Sum, token.Token);
                    member.AllGather<float>(input, all, CancellationToken.None);
                    member.Barrier(CancellationToken.None);
                }
            }

            Repeat(200); // Buffers grow, methods are compiled.
            var least = Enumerable.Range(0, Batches).Min(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Repeat(Calls / 10);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
            Assert.Equal(0, least);
        });
    }

    /// <summary>All threads are counted, and the test's own machinery with them: less than a byte for a call of a rank is nothing for a call.</summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Calls_Queued_AllocateNothing(byte suite, int size, int length, int local)
    {
        await using var group = Create(suite, size, local);
        await RepeatAsync(group, length, 200);
        var calls = length * sizeof(float) <= SmallBytes ? SmallCalls : Calls;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await RepeatAsync(group, length, calls);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        // The buffers of the repetition itself, and its tasks.
        var own = size * ((length * sizeof(float) * (2 + size)) + 4096);
        Assert.InRange(allocated, 0, own + (size * calls));
    }

    private static Task RepeatAsync(MemoryGroup group, int length, int times) => group.RunAsync(async member =>
    {
        var (input, output, all) = (new float[length], new float[length], new float[length * member.Size]);
        for (var i = 0; i < times; i++)
        {
            await member.AllReduceAsync<float>(input, output, ReduceOp.Sum, CancellationToken.None);
            if (i % 8 == 0)
            {
                await member.AllGatherAsync<float>(input, all, CancellationToken.None);
                await member.BarrierAsync(CancellationToken.None);
            }
        }
    });

    private static MemoryGroup Create(byte suite, int size, int local) =>
        MemoryGroup.Create(size, suite: (SuiteCode)suite, smallBytes: SmallBytes, localWorldSize: local, connect: () => LoopbackLanes.CreatePair());
}
