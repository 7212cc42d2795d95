using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// AllToAllV in which each rank sends <see cref="UnequalShares"/>: the largest to itself, the others to the following ranks in turn. The
/// size is that of the whole input.
/// </summary>
internal sealed class MeasuredAllToAllV : MeasuredCollective
{
    public override string Operator => "none";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output)
    {
        var (rank, ranks) = (communicator.Rank, communicator.Size);
        var shares = UnequalShares.Of(input.Length, ranks);
        var (sent, received) = (new int[ranks], new int[ranks]);
        for (var peer = 0; peer < ranks; peer++)
        {
            (sent[peer], received[peer]) = (shares[Share(rank, peer, ranks)], shares[Share(peer, rank, ranks)]);
        }

        communicator.AllToAllV(input, sent, output, received);
    }

    protected override float Expected(int position, int count, int rank, int ranks)
    {
        var (peer, start) = (0, 0);
        while (start + UnequalShares.Count(count, Share(peer, rank, ranks), ranks) <= position)
        {
            start += UnequalShares.Count(count, Share(peer++, rank, ranks), ranks);
        }

        var from = 0;
        for (var before = 0; before < rank; before++)
        {
            from += UnequalShares.Count(count, Share(peer, before, ranks), ranks);
        }

        return InputPattern.At(peer, from + position - start);
    }

    /// <summary>Returns the index of the share that one rank sends to another. Each rank sends and receives each share once.</summary>
    private static int Share(int from, int to, int ranks) => (to - from - 1 + (2 * ranks)) % ranks;
}
