using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>Writes into a stream for as long as it accepts more, and reports how much it accepted.</summary>
/// <param name="least">The number of bytes that the stream must accept; a pause before that does not count as full.</param>
internal sealed class Flood(long least)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _written;

    /// <summary>Writes until the call ends or <paramref name="enough"/> completes.</summary>
    public async Task RunAsync(LaneCall stream, Task enough)
    {
        var part = new byte[16 << 10];
        while (!enough.IsCompleted && !(await stream.Output.WriteAsync(part)).IsCompleted)
        {
            if (Interlocked.Add(ref _written, part.Length) >= least)
            {
                _reached.TrySetResult();
            }
        }
    }

    /// <summary>Returns the number of bytes accepted once none has been accepted for a while.</summary>
    public async Task<long> RestsAtAsync()
    {
        await _reached.Task.WaitAsync(LanePump.Limit);
        using var limit = new CancellationTokenSource(LanePump.Limit);
        while (true)
        {
            var before = Interlocked.Read(ref _written);
            await Task.Delay(Rest, limit.Token);
            if (Interlocked.Read(ref _written) == before)
            {
                return before;
            }
        }
    }
}
