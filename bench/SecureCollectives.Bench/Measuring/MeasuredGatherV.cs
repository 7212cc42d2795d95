using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>GatherV of <see cref="UnequalShares"/> to rank 0. The size is that of the whole output.</summary>
internal sealed class MeasuredGatherV : MeasuredCollective
{
    private const int Root = 0;

    public override string Operator => "none";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    /// <summary>Returns the count of the rank with the largest share.</summary>
    public override int InputCount(long bytes, int ranks) => UnequalShares.Count(OutputCount(bytes, ranks), ranks - 1, ranks);

    public override int OutputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output)
    {
        var counts = UnequalShares.Of(output.Length, communicator.Size);
        var isRoot = communicator.Rank == Root;
        communicator.GatherV(input[..counts[communicator.Rank]], isRoot ? output : [], isRoot ? counts : [], Root);
    }

    protected override bool HasResult(int rank) => rank == Root;

    protected override float Expected(int position, int count, int rank, int ranks)
    {
        var owner = UnequalShares.OwnerOf(count, position, ranks);
        return InputPattern.At(owner, position - UnequalShares.Start(count, owner, ranks));
    }
}
