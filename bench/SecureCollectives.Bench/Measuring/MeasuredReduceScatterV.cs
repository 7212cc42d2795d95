using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>ReduceScatterV with sum into <see cref="UnequalShares"/>. The size is that of the whole input.</summary>
internal sealed class MeasuredReduceScatterV : MeasuredCollective
{
    public override string Operator => "sum";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    /// <summary>Returns the count of the whole buffer. A rank's part is at the beginning of the buffer, and the rest is cleared.</summary>
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
