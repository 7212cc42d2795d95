using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>Scatter from rank 0. The size is that of the whole input.</summary>
internal sealed class MeasuredScatter : MeasuredCollective
{
    private const int Root = 0;

    public override string Operator => "none";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => OutputCount(bytes, ranks) * ranks;

    public override int OutputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes / ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) =>
        communicator.Scatter(communicator.Rank == Root ? input : [], output, Root);


    protected override float Expected(int position, int count, int rank, int ranks) => InputPattern.At(Root, (rank * count) + position);
}
