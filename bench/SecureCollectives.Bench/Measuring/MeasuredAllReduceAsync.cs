using System.Diagnostics;

namespace SecureCollectives.Bench.Measuring;

/// <summary>The same AllReduce, awaited. It runs on the communicator's own thread, which costs a thread switch each way.</summary>
internal sealed class MeasuredAllReduceAsync : MeasuredAllReduce
{
    public override void Repeat(Communicator communicator, float[] input, float[] output, double[] operationSeconds) =>
        RepeatAsync(communicator, input, output, operationSeconds).GetAwaiter().GetResult();

    private static async Task RepeatAsync(Communicator communicator, float[] input, float[] output, double[] operationSeconds)
    {
        var last = Stopwatch.GetTimestamp();
        for (var i = 0; i < operationSeconds.Length; i++)
        {
            await communicator.AllReduceAsync<float>(input, output, ReduceOp.Sum).ConfigureAwait(false);
            var now = Stopwatch.GetTimestamp();
            operationSeconds[i] = Stopwatch.GetElapsedTime(last, now).TotalSeconds;
            last = now;
        }
    }
}
