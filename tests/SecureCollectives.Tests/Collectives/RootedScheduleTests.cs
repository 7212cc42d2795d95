using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Collectives;

/// <summary>The schedules of Broadcast and Reduce along chains and trees, run by hand in random orders.</summary>
public sealed class RootedScheduleTests
{
    private const int ChunkBytes = 64;

    /// <summary>Returns the cases: ranks, lanes and seed.</summary>
    public static TheoryData<int, int, int> Worlds()
    {
        var worlds = new TheoryData<int, int, int>();
        foreach (var size in new[] { 1, 2, 3, 4, 5, 7, 8, 13 })
        {
            for (var seed = 0; seed < 8; seed++)
            {
                worlds.Add(size, 1 + (2 * (seed % 2)), seed);
            }
        }

        return worlds;
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Broadcast_FromAnyRoot_ReachesAll(int size, int lanes, int seed)
    {
        var root = (seed * 3) % size;
        var length = seed * 25;
        foreach (var algorithm in new[] { AlgorithmCode.Chain, AlgorithmCode.Tree })
        {
            var buffers = Enumerable.Range(0, size).Select(rank => Reference.Input<int>(rank, length)).ToArray();
            Run(CollectiveCode.Broadcast, algorithm, lanes, seed, root, length, buffers, buffers);
            Assert.All(buffers, buffer => Assert.Equal(Reference.Input<int>(root, length), buffer));
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Reduce_ToAnyRoot_BringsTheAverage(int size, int lanes, int seed)
    {
        var root = (seed * 3) % size;
        var length = seed * 25;
        foreach (var algorithm in new[] { AlgorithmCode.Chain, AlgorithmCode.Tree })
        {
            var inputs = Enumerable.Range(0, size).Select(rank => Reference.Input<int>(rank, length)).ToArray();
            var outputs = inputs.Select(static input => new int[input.Length]).ToArray();
            Run(CollectiveCode.Reduce, algorithm, lanes, seed, root, length, inputs, outputs);
            Assert.Equal(Reference.AllReduce<int>(size, length, ReduceOp.Average), outputs[root]);
        }
    }

    /// <summary>Every rank but the root has one parent, and no rank is deeper than log2 of the world size.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(33)]
    public void Shape_OfATree_ReachesEveryRankOnce(int size)
    {
        for (var root = 0; root < size; root++)
        {
            var depths = new Dictionary<int, int> { [root] = 0 };
            var ranks = new Queue<int>([root]);
            while (ranks.TryDequeue(out var rank))
            {
                foreach (var child in new TreeShape(rank, size, root).Children)
                {
                    Assert.Equal(rank, new TreeShape(child, size, root).Parent);
                    depths.Add(child, depths[rank] + 1);
                    ranks.Enqueue(child);
                }
            }

            Assert.Equal(size, depths.Count);
            Assert.True(depths.Values.Max() <= Math.Ceiling(Math.Log2(size)));
        }
    }

    /// <summary>Segments follow each other without gaps, and the last is not empty.</summary>
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(1024, 4)]
    [InlineData(1025, 4)]
    [InlineData(5000, 12)]
    public void Segments_OfABuffer_CoverIt(long count, int size)
    {
        const int Bytes = 4096;
        var elements = new Elements(count, size);
        var next = 0L;
        for (var segment = 0; segment < ReduceSegments.Count(elements, Bytes); segment++)
        {
            var range = ReduceSegments.Range(elements, segment, Bytes);
            Assert.Equal(next, range.Start);
            Assert.InRange(range.Count, Math.Min(1, count), Bytes / size);
            next += range.Count;
        }

        Assert.Equal(count, next);
    }

    private static void Run(CollectiveCode collective, AlgorithmCode algorithm, int lanes, int seed, int root, int length, int[][] inputs,
        int[][] outputs)
    {
        var reduction = collective == CollectiveCode.Reduce ? OperatorCode.Average : OperatorCode.None;
        var call = new OperationDescriptor(collective, ElementCode.Int32, reduction, algorithm, (uint)root, (ulong)length);
        var schedules = Enumerable.Range(0, inputs.Length)
            .Select(Schedule (rank) => new ScheduleFactory(
                rank, inputs.Length, ChunkBytes, 1, 1, ChannelSplit.MinBytes).Create(call, sizeof(int), 0)[0]).ToArray();
        new ScheduleWorld<int>(schedules, inputs, outputs, lanes).Run(new Random(seed));
    }
}
