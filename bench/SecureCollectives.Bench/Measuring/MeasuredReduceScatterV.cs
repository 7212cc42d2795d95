using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>ReduceScatterV by sum into <see cref="UnequalShares"/>; the size is that of the whole input.</summary>
internal sealed class MeasuredReduceScatterV : MeasuredCollective
{
    public override string Operator => "sum";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    /// <summary>Of the whole: a rank's part stands at its beginning, and what follows it is as before.</summary>
    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output)
    {
        var counts = UnequalShares.Of(input.Length, communicator.Size);
        var own = counts[communicator.Rank];
        communicator.ReduceScatterV(input, output[..own], counts, ReduceOp.Sum);
        output[own..].Clear();
    }

    protected override float Expected(int position, int count, int rank, int ranks)
    {
        var start = UnequalShares.Start(count, rank, ranks);
        return position < UnequalShares.Count(count, rank, ranks) ? SumAt(start + position, ranks) : 0;
    }
}
