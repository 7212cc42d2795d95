using System.Diagnostics;
using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>A collective as the bench calls it: float32, out of place, with a result that each rank can compute on its own.</summary>
internal abstract class MeasuredCollective
{
    public const string ElementType = "float";

    /// <summary>The operator's name in nccl-tests.</summary>
    public abstract string Operator { get; }

    /// <summary>Whether large buffers go around the ring.</summary>
    public virtual bool GoesAroundTheRing => false;

    /// <summary>
    /// Returns busbw / algbw: how many times each byte of the buffer crosses a worker's link (nccl-tests, doc/PERFORMANCE.md).
    /// </summary>
    public abstract double BusFactor(int ranks);

    /// <summary>Returns the input elements of each rank, as nccl-tests counts them.</summary>
    public abstract int InputCount(long bytes, int ranks);

    /// <summary>Returns the output elements of each rank.</summary>
    public abstract int OutputCount(long bytes, int ranks);

    /// <summary>
    /// Returns the measured size, that of the larger buffer: the requested size, or slightly less if that does not divide among the ranks.
    /// </summary>
    public long ActualBytes(long bytes, int ranks) =>
        (long)Math.Max(InputCount(bytes, ranks), OutputCount(bytes, ranks)) * BenchParameters.ElementBytes;

    public abstract void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Runs operations one after the other, as many as <paramref name="operationSeconds"/> has elements.</summary>
    /// <param name="communicator">The communicator to call.</param>
    /// <param name="input">The input of each operation.</param>
    /// <param name="output">The output of each operation.</param>
    /// <param name="operationSeconds">Receives the seconds of each operation.</param>
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

    /// <summary>Returns the number of elements in a rank's output that differ from the expected result.</summary>
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

    /// <summary>Returns whether a rank receives a result.</summary>
    protected virtual bool HasResult(int rank) => true;

    /// <summary>Returns the expected value of an output element.</summary>
    /// <param name="position">The element's index in the output.</param>
    /// <param name="count">The number of elements in the output.</param>
    /// <param name="rank">The rank whose output it is.</param>
    /// <param name="ranks">The number of ranks.</param>
    protected abstract float Expected(int position, int count, int rank, int ranks);

    /// <summary>Returns the sum over all ranks of their inputs at a position.</summary>
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
