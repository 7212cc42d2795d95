using System.Diagnostics;
using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>A collective as the bench calls it: float32, out of place, with a result that can be told without the others.</summary>
internal abstract class MeasuredCollective
{
    public const string ElementType = "float";

    /// <summary>The operator, as nccl-tests writes it.</summary>
    public abstract string Operator { get; }

    /// <summary>Whether a large one goes around the ring.</summary>
    public virtual bool GoesAroundTheRing => false;

    /// <summary>From algbw to busbw: how often a byte of the buffer crosses each worker's link (nccl-tests, doc/PERFORMANCE.md).</summary>
    public abstract double BusFactor(int ranks);

    /// <summary>Elements that each rank puts in, as nccl-tests counts them.</summary>
    public abstract int InputCount(long bytes, int ranks);

    /// <summary>Elements that each rank gets out.</summary>
    public abstract int OutputCount(long bytes, int ranks);

    /// <summary>The size that is measured, of the larger buffer: the wanted one, or a little less where that does not divide.</summary>
    public long ActualBytes(long bytes, int ranks) =>
        (long)Math.Max(InputCount(bytes, ranks), OutputCount(bytes, ranks)) * BenchParameters.ElementBytes;

    public abstract void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output);

    /// <summary>One operation after the other.</summary>
    /// <param name="communicator">Where.</param>
    /// <param name="input">Of each.</param>
    /// <param name="output">Of each.</param>
    /// <param name="operationSeconds">Takes each operation's own time; so many operations run.</param>
    public virtual void Repeat(Communicator communicator, float[] input, float[] output, double[] operationSeconds)
    {
        var last = Stopwatch.GetTimestamp();
        for (var i = 0; i < operationSeconds.Length; i++)
        {
            Call(communicator, input, output);
            var now = Stopwatch.GetTimestamp();
            operationSeconds[i] = Stopwatch.GetElapsedTime(last, now).TotalSeconds;
            last = now;
        }
    }

    /// <summary>Elements of a rank's output that are not what the inputs make them.</summary>
    public long CountWrong(ReadOnlySpan<float> output, int rank, int ranks)
    {
        var wrong = 0L;
        for (var i = 0; HasResult(rank) && i < output.Length; i++)
        {
            if (output[i] != Expected(i, output.Length, rank, ranks))
            {
                wrong++;
            }
        }

        return wrong;
    }

    /// <summary>Whether a rank gets anything.</summary>
    protected virtual bool HasResult(int rank) => true;

    /// <summary>What an element of the output must be.</summary>
    /// <param name="position">Where it stands.</param>
    /// <param name="count">Elements of the output.</param>
    /// <param name="rank">Whose output.</param>
    /// <param name="ranks">How many there are.</param>
    protected abstract float Expected(int position, int count, int rank, int ranks);

    /// <summary>The sum over all ranks of what they put in at a position.</summary>
    protected static int SumAt(int position, int ranks)
    {
        var sum = 0;
        for (var rank = 0; rank < ranks; rank++)
        {
            sum += InputPattern.At(rank, position);
        }

        return sum;
    }
}
