using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>Writes into a stream for as long as it takes more, and tells where that came to rest.</summary>
/// <param name="least">Bytes that the stream takes for certain; short of them a pause is no rest.</param>
internal sealed class Flood(long least)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _written;

    /// <summary>Writes until the call ends or the test has seen enough.</summary>
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

    /// <summary>What was taken when nothing more had been for a while.</summary>
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
