using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>AllGather; the size is that of the whole output, the count that of one rank's shard.</summary>
internal sealed class MeasuredAllGather : MeasuredCollective
{
    public override string Operator => "none";

    public override double BusFactor(int ranks) => (double)(ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes / ranks);

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks) * ranks;

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) => communicator.AllGather(input, output);

    public override long CountWrong(ReadOnlySpan<float> output, int ranks)
    {
        var wrong = 0L;
        var count = output.Length / ranks;
        for (var rank = 0; rank < ranks; rank++)
        {
            var shard = output.Slice(rank * count, count);
            for (var i = 0; i < shard.Length; i++)
            {
                if (shard[i] != InputPattern.At(rank, i))
                    wrong++;
            }
        }

        return wrong;
    }
}
