using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>ReduceScatter with sum. The size is that of the whole input.</summary>
internal sealed class MeasuredReduceScatter : MeasuredCollective
{
    public override string Operator => "sum";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => OutputCount(bytes, ranks) * ranks;

    public override int OutputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes / ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) =>
        communicator.ReduceScatter(input, output, ReduceOp.Sum);


    protected override float Expected(int position, int count, int rank, int ranks) => SumAt((rank * count) + position, ranks);
}
