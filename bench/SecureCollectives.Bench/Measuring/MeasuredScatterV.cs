using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>ScatterV of <see cref="UnequalShares"/> from rank 0. The size is that of the whole input.</summary>
internal sealed class MeasuredScatterV : MeasuredCollective
{
    private const int Root = 0;

    public override string Operator => "none";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    /// <summary>Returns the count of the whole buffer. A rank's part is at the beginning of the buffer, and the rest is cleared.</summary>
    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output)
    {
        var counts = UnequalShares.Of(input.Length, communicator.Size);
        var (own, isRoot) = (counts[communicator.Rank], communicator.Rank == Root);
        communicator.ScatterV(isRoot ? input : [], isRoot ? counts : [], output[..own], Root);
        output[own..].Clear();
    }

    protected override float Expected(int position, int count, int rank, int ranks)
    {
        var start = UnequalShares.Start(count, rank, ranks);
        return position < UnequalShares.Count(count, rank, ranks) ? InputPattern.At(Root, start + position) : 0;
    }
}
