using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>AllGatherV of <see cref="UnequalShares"/>. The size is that of the whole output.</summary>
internal sealed class MeasuredAllGatherV : MeasuredCollective
{
    public override string Operator => "none";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    /// <summary>Returns the count of the rank with the largest share.</summary>
    public override int InputCount(long bytes, int ranks) => UnequalShares.Count(OutputCount(bytes, ranks), ranks - 1, ranks);

    public override int OutputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output)
    {
        var counts = UnequalShares.Of(output.Length, communicator.Size);
        communicator.AllGatherV(input[..counts[communicator.Rank]], output, counts);
    }

    protected override float Expected(int position, int count, int rank, int ranks)
    {
        var owner = UnequalShares.OwnerOf(count, position, ranks);
        return InputPattern.At(owner, position - UnequalShares.Start(count, owner, ranks));
    }
}
