using System.Diagnostics;
using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// Each rank sends to the next and receives from the previous one, as sendrecv of nccl-tests does. The size is that of the buffer.
/// </summary>
internal sealed class MeasuredSendReceive : MeasuredCollective
{
    public override string Operator => "none";

    public override double BusFactor(int ranks) => 1;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks);

    /// <summary>Odd ranks receive first, so that not all ranks block in Send.</summary>
    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output)
    {
        var (next, previous) = (Next(communicator), Previous(communicator));
        if (communicator.Rank % 2 == 1)
        {
            communicator.Receive(output, previous);
            communicator.Send(input, next);
            return;
        }

        communicator.Send(input, next);
        communicator.Receive(output, previous);
    }

    public override void Repeat(Communicator communicator, float[] input, float[] output, double[] operationSeconds) =>
        RepeatAsync(communicator, input, output, operationSeconds).GetAwaiter().GetResult();

    protected override float Expected(int position, int count, int rank, int ranks) =>
        InputPattern.At((rank + ranks - 1) % ranks, position);

    private static async Task RepeatAsync(Communicator communicator, float[] input, float[] output, double[] operationSeconds)
    {
        var last = Stopwatch.GetTimestamp();
        for (var i = 0; i < operationSeconds.Length; i++)
        {
            await Task.WhenAll(communicator.SendAsync<float>(input, Next(communicator)),
                communicator.ReceiveAsync<float>(output, Previous(communicator))).ConfigureAwait(false);
            var now = Stopwatch.GetTimestamp();
            operationSeconds[i] = Stopwatch.GetElapsedTime(last, now).TotalSeconds;
            last = now;
        }
    }

    private static int Next(Communicator communicator) => (communicator.Rank + 1) % communicator.Size;

    private static int Previous(Communicator communicator) => (communicator.Rank + communicator.Size - 1) % communicator.Size;
}
