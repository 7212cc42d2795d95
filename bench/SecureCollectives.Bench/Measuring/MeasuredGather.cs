using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>Gather to rank 0. The size is that of the whole output.</summary>
internal sealed class MeasuredGather : MeasuredCollective
{
    private const int Root = 0;

    public override string Operator => "none";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes / ranks);

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks) * ranks;

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) =>
        communicator.Gather(input, communicator.Rank == Root ? output : [], Root);

    protected override bool HasResult(int rank) => rank == Root;

    protected override float Expected(int position, int count, int rank, int ranks) =>
        InputPattern.At(position / (count / ranks), position % (count / ranks));
}
