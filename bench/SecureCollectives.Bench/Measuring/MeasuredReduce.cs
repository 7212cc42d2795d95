using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>Reduce with sum to rank 0. The size is that of the buffer.</summary>
internal sealed class MeasuredReduce : MeasuredCollective
{
    private const int Root = 0;

    public override string Operator => "sum";

    public override double BusFactor(int ranks) => 1;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) =>
        communicator.Reduce(input, communicator.Rank == Root ? output : [], ReduceOp.Sum, Root);

    protected override bool HasResult(int rank) => rank == Root;

    protected override float Expected(int position, int count, int rank, int ranks) => SumAt(position, ranks);
}
