using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// Several communicators at the same time, each with its own sequence of random calls, synchronous and queued. Every result is verified.
/// </summary>
public sealed class StressTests
{
    private const int Calls = 300;
    private const int MaxOutstanding = 8;

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    public async Task Collectives_SeveralCommunicatorsWithRandomCalls_MatchTheReference(int size, int seed)
    {
        await using var cluster = new LocalCluster(size);
        var jobs = await cluster.JoinAllAsync();
        var options = new Func<CommunicatorOptions>[]
        {
            () => new CommunicatorOptions(),
            () => new CommunicatorOptions { Suite = CipherSuite.ChaCha20Poly1305, Lanes = 3, ChunkBytes = 4096 },
            () => new CommunicatorOptions { Protection = Protection.UnsafePlaintext, Lanes = 2, ChunkBytes = 8192 },
        };
        var groups = new List<Communicator[]>();
        foreach (var create in options)
        {
            groups.Add(await LocalCluster.OpenAllAsync(jobs, $"stress {groups.Count}", create));
        }

        await Task.WhenAll(groups.Select(
            (members, index) => LocalCluster.RunAsync(members, member => CallAsync(member, (seed * 100) + index))));
    }

    /// <summary>Makes random calls, which are the same on every rank because they depend only on the seed.</summary>
    private static async Task CallAsync(Communicator member, int seed)
    {
        var random = new Random(seed);
        var outstanding = new Queue<(Task Call, int[] Result, int[] Expected)>();
        for (var call = 0; call < Calls; call++)
        {
            // Most lengths are short; one in ten may be long.
            var length = random.Next(10) == 0 ? random.Next(200_000) : random.Next(300);
            var kind = random.Next(6);
            var result = kind < 4 ? Reference.Input<int>(member.Rank, length) : new int[length * member.Size];
            var sum = kind < 4
                ? Reference.AllReduce<int>(member.Size, length, ReduceOp.Sum) : Reference.AllGather<int>(member.Size, length);
            switch (kind)
            {
                case < 2:
                    member.AllReduce<int>(result, ReduceOp.Sum);
                    Assert.Equal(sum, result);
                    break;
                case < 4:
                    outstanding.Enqueue((member.AllReduceAsync<int>(result, ReduceOp.Sum).AsTask(), result, sum));
                    break;
                case 4:
                    outstanding.Enqueue(
                        (member.AllGatherAsync<int>(Reference.Input<int>(member.Rank, length), result).AsTask(), result, sum));
                    break;
                default:
                    member.Barrier();
                    break;
            }

            while (outstanding.Count > (call == Calls - 1 ? 0 : MaxOutstanding))
            {
                var (task, actual, expected) = outstanding.Dequeue();
                await task;
                Assert.Equal(expected, actual);
            }
        }
    }
}
