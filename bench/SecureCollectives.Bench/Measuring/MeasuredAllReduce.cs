using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>AllReduce with sum. The size is that of the buffer.</summary>
internal class MeasuredAllReduce : MeasuredCollective
{
    public override string Operator => "sum";

    public override bool GoesAroundTheRing => true;

    public override double BusFactor(int ranks) => 2.0 * (ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) =>
        communicator.AllReduce(input, output, ReduceOp.Sum);

    protected override float Expected(int position, int count, int rank, int ranks) => SumAt(position, ranks);
}
