using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// ReduceScatter around the ring, which is used if hosts have several ranks: run by hand in random orders, and by the loop.
/// </summary>
public sealed class RingReduceScatterTests
{
    private const int ChunkBytes = 64;

    /// <summary>Returns the cases: ranks, lanes and seed.</summary>
    public static TheoryData<int, int, int> Worlds()
    {
        var worlds = new TheoryData<int, int, int>();
        foreach (var size in new[] { 2, 3, 4, 5, 8 })
        {
            for (var seed = 0; seed < 6; seed++)
            {
                worlds.Add(size, 1 + (2 * (seed % 2)), seed);
            }
        }

        return worlds;
    }

    /// <summary>Blocks have no, one or many chunks; each run reduces one channel's part of every block.</summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public void Run_AnyPartOfTheBlocks_BringsEachRankItsAverages(int size, int lanes, int seed)
    {
        var count = seed * 37;
        var part = new ElementRange(count / 3, count - (count / 3) - (seed % 3));
        var inputs = Enumerable.Range(0, size).Select(rank => Reference.Input<int>(rank, size * count)).ToArray();
        var outputs = inputs.Select(static input => new int[input.Length]).ToArray();
        var call = default(OperationDescriptor) with { Operator = OperatorCode.Average, Algorithm = AlgorithmCode.Ring };
        var schedules = Enumerable.Range(0, size)
            .Select(Schedule (rank) => new RingReduceScatter(rank, size, call, new Elements(count, sizeof(int)), ChunkBytes, part))
                .ToArray();
        new ScheduleWorld<int>(schedules, inputs, outputs, lanes).Run(new Random(seed));

        var averages = Reference.AllReduce<int>(size, size * count, ReduceOp.Average);
        for (var rank = 0; rank < size; rank++)
        {
            var own = ((rank * count) + (int)part.Start)..((rank * count) + (int)(part.Start + part.Count));
            Assert.Equal(averages[own], outputs[rank][own]);
        }
    }

    /// <summary>Sums the operands from the next rank around to this one, from left to right.</summary>
    [Fact]
    public async Task ReduceScatter_OrderSensitiveValues_AreSummedInTheDocumentedOrder()
    {
        const int Size = 6;
        const int Length = 1001;
        await using var group = MemoryGroup.Create(Size, chunkBytes: 1024, localWorldSize: 3, mesh: true);
        await group.RunAsync(member =>
        {
            var result = new float[Length];
            member.ReduceScatter<float>(Reference.Rough(member.Rank, Size * Length), result, ReduceOp.Sum);
            var expected = PartOf((member.Rank + 1) % Size).ToArray();
            for (var step = 2; step <= Size; step++)
            {
                var next = PartOf((member.Rank + step) % Size);
                for (var i = 0; i < Length; i++)
                {
                    expected[i] += next[i];
                }
            }

            Assert.Equal(expected, result);
            return Task.CompletedTask;

            ReadOnlySpan<float> PartOf(int rank) => Reference.Rough(rank, Size * Length).AsSpan(member.Rank * Length, Length);
        });
    }

    /// <summary>The call leaves the caller's input unchanged, even if it scales it.</summary>
    [Fact]
    public async Task ReduceScatter_Scaled_LeavesTheInputAlone()
    {
        const int Size = 4;
        const int Length = 5000;
        await using var group = MemoryGroup.Create(Size, chunkBytes: 1024, localWorldSize: 2, channels: 2, channelBytes: 4096, mesh: true);
        await group.RunAsync(async member =>
        {
            var input = Reference.Input<double>(member.Rank, Size * Length);
            var output = new double[Length];
            await member.ReduceScatterAsync<double>(input, output, ReduceOp.PreScaledSum(0.5));
            var expected = Reference.AllReduce<double>(
                Size, Size * Length, ReduceOp.Sum)[(member.Rank * Length)..((member.Rank + 1) * Length)].Select(static sum => sum / 2);
            Assert.Equal(expected, output);
            output.AsSpan().Clear();
            member.ReduceScatter<double>(input, output, ReduceOp.PreScaledSum(0.5));
            Assert.Equal(expected, output);
            Assert.Equal(Reference.Input<double>(member.Rank, Size * Length), input);
        });
    }
}
