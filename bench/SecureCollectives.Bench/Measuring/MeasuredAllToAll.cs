using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>AllToAll. The size is that of the whole buffer.</summary>
internal sealed class MeasuredAllToAll : MeasuredCollective
{
    public override string Operator => "none";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes / ranks) * ranks;

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) =>
        communicator.AllToAll(input, output);


    protected override float Expected(int position, int count, int rank, int ranks) =>
        InputPattern.At(position / (count / ranks), (rank * (count / ranks)) + (position % (count / ranks)));
}
