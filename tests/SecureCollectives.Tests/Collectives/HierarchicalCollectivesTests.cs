using System.Numerics;
using System.Runtime.InteropServices;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Tests.Collectives;

/// <summary>The hierarchical ring run by the loop, over in-memory lanes and between workers that joined over mutual TLS.</summary>
public sealed class HierarchicalCollectivesTests
{
    private static readonly int[] FamilyLengths = [0, 1, 255, 256, 257, 2503];

    /// <summary>Returns the worlds: ranks, ranks per host, and lanes.</summary>
    public static TheoryData<int, int, int> Grid()
    {
        var grid = new TheoryData<int, int, int>();
        foreach (var (size, local) in new[] { (4, 2), (6, 2), (6, 3), (8, 4), (9, 3) })
        {
            grid.Add(size, local, 1);
            grid.Add(size, local, 3);
        }

        return grid;
    }

    /// <summary>Shards have no, one or several chunks, which the lanes accept in parts.</summary>
    [Theory]
    [MemberData(nameof(Grid))]
    public async Task Collectives_AnyWorldAndLength_MatchTheReference(int size, int local, int lanes)
    {
        await using var group = MemoryGroup.Create(size, lanes, chunkBytes: 1024, laneCapacity: 1000, localWorldSize: local);
        await group.RunAsync(async member =>
        {
            foreach (var length in new[] { 0, 1, size - 1, size, size + 1, 2503 })
            {
                await ReferenceCalls.AssertAsync(member, length);
                await member.BarrierAsync();
            }
        });
    }

    /// <summary>These calls need links other than those of the two rings.</summary>
    [Theory]
    [InlineData(4, 2, 1)]
    [InlineData(6, 3, 3)]
    public async Task Family_AnyLengthAndRoot_MatchesTheReference(int size, int local, int lanes)
    {
        await using var group = MemoryGroup.Create(size, lanes, chunkBytes: 1024, laneCapacity: 1000, localWorldSize: local, mesh: true);
        await group.RunAsync(async member =>
        {
            foreach (var length in FamilyLengths)
            {
                await FamilyCalls.AssertAsync(member, length, Enumerable.Range(0, size));
                await member.BarrierAsync();
            }
        });
    }

    /// <summary>AllReduce needs three windows, the last one short.</summary>
    [Fact]
    public async Task Collectives_LongBuffers_MatchTheReference()
    {
        await using var group = MemoryGroup.Create(4, 2, chunkBytes: 4096, laneCapacity: 64 * 1024, localWorldSize: 2);
        await group.RunAsync(member => ReferenceCalls.AssertAsync(member, (2 << 20) + 10007));
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(6, 3)]
    public async Task AllReduce_EveryTypeAndOperator_MatchesTheReference(int size, int local)
    {
        await EveryOperator<float>(size, local);
        await EveryOperator<double>(size, local);
        await EveryOperator<Half>(size, local);
        await EveryOperator<int>(size, local);
        await EveryOperator<long>(size, local);
    }

    [Fact]
    public async Task AllReduce_NaNsWithPayloads_SameBitsOnAllRanks()
    {
        const int Length = 1000;
        await using var group = MemoryGroup.Create(6, chunkBytes: 1024, localWorldSize: 2);
        foreach (var operation in new[] { ReduceOp.Sum, ReduceOp.Min, ReduceOp.Average })
        {
            var results = new float[6][];
            await group.RunAsync(async member =>
            {
                var random = new Random(member.Rank);
                results[member.Rank] = [.. Enumerable.Range(0, Length).Select(i =>
                    BitConverter.UInt32BitsToSingle(
                        (i % 3 == 0 ? 0u : 0x7FC00000u) | (uint)random.Next(1 << 22) | ((uint)random.Next(2) << 31)))];
                await member.AllReduceAsync<float>(results[member.Rank], operation);
            });
            Assert.All(results, result => Assert.Equal(MemoryMarshal.AsBytes<float>(results[0]), MemoryMarshal.AsBytes<float>(result)));
        }
    }

    /// <summary>The lanes have different speeds: data that arrives early on one ring waits for the other.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Collectives_LanesOfDifferentSpeed_MatchTheReference(int seed)
    {
        const int Length = 30_011;
        await using var group = MemoryGroup.Create(
            6, lanesPerLink: 2, chunkBytes: 1024, laneCapacity: 3000, localWorldSize: 3, wrap: (rank, peer, number, lane) =>
                new RefusingLane(lane, new Random(HashCode.Combine(seed, rank, peer, number))));
        await group.RunAsync(async member =>
        {
            for (var i = 0; i < 3; i++)
            {
                var buffer = Reference.Input<int>(member.Rank, Length);
                await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                Assert.Equal(Reference.AllReduce<int>(6, Length, ReduceOp.Sum), buffer);
                var all = new int[6 * Length];
                await member.AllGatherAsync<int>(Reference.Input<int>(member.Rank, Length), all);
                Assert.Equal(Reference.AllGather<int>(6, Length), all);
            }
        });
    }

    /// <summary>Over real connections, results have the same bits with every protection, on every transport and on all ranks.</summary>
    [Fact]
    public async Task Collectives_EveryTransportAndProtection_SameBits()
    {
        const int Size = 4;
        const int Length = 200_003;
        await using var cluster = new LocalCluster(Size);
        var jobs = await cluster.JoinAllAsync();
        byte[]? known = null;
        foreach (var name in Combinations.Names)
        {
            var members = await LocalCluster.OpenAllAsync(jobs, name, () =>
            {
                var options = Combinations.Options(name);
                options.LocalWorldSize = 2;
                return options;
            });
            var results = new float[Size][];
            await LocalCluster.RunAsync(members, async member =>
            {
                Assert.Equal(2, member.LocalWorldSize);
                results[member.Rank] = Reference.Rough(member.Rank, Length);
                await member.AllReduceAsync<float>(results[member.Rank], ReduceOp.Average);

                var output = new double[Length];
                member.AllReduce<double>(Reference.Input<double>(member.Rank, Length), output, ReduceOp.Sum);
                Assert.Equal(Reference.AllReduce<double>(Size, Length, ReduceOp.Sum), output);
                var all = new int[Size * Length];
                await member.AllGatherAsync<int>(Reference.Input<int>(member.Rank, Length), all);
                Assert.Equal(Reference.AllGather<int>(Size, Length), all);
            });
            known ??= MemoryMarshal.AsBytes<float>(results[0]).ToArray();
            Assert.All(results,
                result => Assert.True(known.AsSpan().SequenceEqual(MemoryMarshal.AsBytes<float>(result)), $"{name} has other bits"));
        }
    }

    private static async Task EveryOperator<T>(int size, int local)
        where T : unmanaged, INumber<T>
    {
        const int Length = 5003;
        await using var group = MemoryGroup.Create(size, chunkBytes: 1024, localWorldSize: local);
        await group.RunAsync(async member =>
        {
            foreach (var operation in new[] { ReduceOp.Sum, ReduceOp.Average, ReduceOp.Min, ReduceOp.Max, ReduceOp.Product })
            {
                var buffer = Reference.Input<T>(member.Rank, Length);
                await member.AllReduceAsync<T>(buffer, operation);
                Assert.Equal(Reference.AllReduce<T>(size, Length, operation), buffer);
            }
        });
    }

    /// <summary>
    /// A lane that accepts bytes only sometimes. When it refuses, it raises the loop's signal, so that the loop tries again.
    /// </summary>
    private sealed class RefusingLane(Lane inner, Random random) : Lane
    {
        private Action? _raise;

        public override int Descriptor => inner.Descriptor;

        public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
        {
            if (random.Next(8) == 0)
            {
                return inner.TrySend(head, body, out sent);
            }

            sent = 0;
            _raise?.Invoke();
            return LaneOutcome.WouldBlock;
        }

        public override LaneOutcome TryReceive(Span<byte> destination, out int received) => inner.TryReceive(destination, out received);

        public override void EndSending() => inner.EndSending();

        public override void AttachSignal(Action raise)
        {
            _raise = raise;
            inner.AttachSignal(raise);
        }

        public override void Dispose() => inner.Dispose();
    }
}
