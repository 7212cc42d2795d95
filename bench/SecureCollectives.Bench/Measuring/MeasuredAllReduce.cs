using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>AllReduce by sum; the size is that of the buffer.</summary>
internal class MeasuredAllReduce : MeasuredCollective
{
    public override string Operator => "sum";

    public override double BusFactor(int ranks) => 2.0 * (ranks - 1) / ranks;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) =>
        communicator.AllReduce(input, output, ReduceOp.Sum);

    public override long CountWrong(ReadOnlySpan<float> output, int ranks)
    {
        var wrong = 0L;
        for (var i = 0; i < output.Length; i++)
        {
            var sum = 0;
            for (var rank = 0; rank < ranks; rank++)
                sum += InputPattern.At(rank, i);
            if (output[i] != sum)
                wrong++;
        }

        return wrong;
    }
}
