using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Collectives;

/// <summary>The schedules of block exchanges, run by hand in random orders.</summary>
public sealed class ExchangeScheduleTests
{
    private const int ChunkBytes = 64;

    /// <summary>Gets the cases: ranks, lanes and seed.</summary>
    public static TheoryData<int, int, int> Worlds()
    {
        var worlds = new TheoryData<int, int, int>();
        foreach (var size in new[] { 1, 2, 3, 4, 5, 8 })
        {
            for (var seed = 0; seed < 6; seed++)
            {
                worlds.Add(size, 1 + (2 * (seed % 2)), seed);
            }
        }

        return worlds;
    }

    /// <summary>
    /// Every rank sends every other rank a block of a different, possibly zero, length: AllToAllV, of which AllToAll is a special case.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public void Run_BlocksOfAnyLength_BringsEachToItsPlace(int size, int lanes, int seed)
    {
        var random = new Random(seed);
        var counts = Enumerable.Range(0, size)
            .Select(_ => Enumerable.Range(0, size).Select(_ => random.Next(4) == 0 ? 0 : random.Next(40)).ToArray()).ToArray();
        var inputs = Enumerable.Range(0, size).Select(rank => Reference.Input<int>(rank, counts[rank].Sum())).ToArray();
        var outputs = Enumerable.Range(0, size).Select(rank => new int[counts.Sum(ofRank => ofRank[rank])]).ToArray();

        Run(
            lanes,
            random,
            inputs,
            outputs,
            (rank, peer) => new Block(counts[rank].Take(peer).Sum(), counts[rank][peer]),
            (rank, peer) => new Block(counts.Take(peer).Sum(ofRank => ofRank[rank]), counts[peer][rank]));

        for (var rank = 0; rank < size; rank++)
        {
            Assert.Equal(Enumerable.Range(0, size)
                .SelectMany(peer => inputs[peer].Skip(counts[peer].Take(rank).Sum()).Take(counts[peer][rank])), outputs[rank]);
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Run_ToOneRank_Gathers(int size, int lanes, int seed)
    {
        var root = seed % size;
        var counts = Enumerable.Range(0, size).Select(rank => (rank * 17) + seed).ToArray();
        var inputs = counts.Select((count, rank) => Reference.Input<int>(rank, count)).ToArray();
        var outputs = Enumerable.Range(0, size).Select(rank => new int[rank == root ? counts.Sum() : 0]).ToArray();

        Run(
            lanes,
            new Random(seed),
            inputs,
            outputs,
            (rank, peer) => peer == root ? new Block(0, counts[rank]) : null,
            (rank, peer) => rank == root ? new Block(counts.Take(peer).Sum(), counts[peer]) : null);

        Assert.Equal(inputs.SelectMany(static input => input), outputs[root]);
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Run_FromOneRank_Scatters(int size, int lanes, int seed)
    {
        var root = seed % size;
        var counts = Enumerable.Range(0, size).Select(rank => ((size - rank) * 17) + seed).ToArray();
        var inputs = Enumerable.Range(0, size).Select(rank => Reference.Input<int>(rank, rank == root ? counts.Sum() : 0)).ToArray();
        var outputs = counts.Select(static count => new int[count]).ToArray();

        Run(
            lanes,
            new Random(seed),
            inputs,
            outputs,
            (rank, peer) => rank == root ? new Block(counts.Take(peer).Sum(), counts[peer]) : null,
            (rank, peer) => peer == root ? new Block(0, counts[rank]) : null);

        Assert.Equal(inputs[root], outputs.SelectMany(static output => output));
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Run_Reducing_ScattersTheAverages(int size, int lanes, int seed)
    {
        var counts = Enumerable.Range(0, size).Select(rank => (rank * 17) + seed).ToArray();
        var inputs = Enumerable.Range(0, size).Select(rank => Reference.Input<int>(rank, counts.Sum())).ToArray();
        var outputs = counts.Select(static count => new int[count]).ToArray();

        Run(
            lanes,
            new Random(seed),
            inputs,
            outputs,
            (_, peer) => new Block(counts.Take(peer).Sum(), counts[peer]),
            (rank, _) => new Block(0, counts[rank]),
            reduces: true);

        Assert.Equal(Reference.AllReduce<int>(size, counts.Sum(), ReduceOp.Average), outputs.SelectMany(static output => output));
    }

    private static void Run(
        int lanes, Random random, int[][] inputs, int[][] outputs, Func<int, int, Block?> sends, Func<int, int, Block?> receives,
            bool reduces = false)
    {
        var size = inputs.Length;
        var call = default(OperationDescriptor) with
        {
            Operator = reduces ? OperatorCode.Average : OperatorCode.None,
            Algorithm = random.Next(2) == 0 ? AlgorithmCode.Exchange : AlgorithmCode.MessageExchange,
        };
        var schedules = Enumerable.Range(0, size).Select(Schedule (rank) => new ExchangeSchedule(
            rank, size, call, sizeof(int), ChunkBytes, peer => sends(rank, peer), peer => receives(rank, peer))).ToArray();
        new ScheduleWorld<int>(schedules, inputs, outputs, lanes).Run(random);
    }
}
