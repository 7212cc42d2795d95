using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>AllGather. The size is that of the whole output; the count is that of one rank's shard.</summary>
internal sealed class MeasuredAllGather : MeasuredCollective
{
    public override string Operator => "none";

    public override bool GoesAroundTheRing => true;

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes / ranks);

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks) * ranks;

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) =>
        communicator.AllGather(input, output);

    protected override float Expected(int position, int count, int rank, int ranks) =>
        InputPattern.At(position / (count / ranks), position % (count / ranks));
}
