using System.Collections.Concurrent;

namespace SecureCollectives.Testing;

/// <summary>A passive attacker who records one direction of one lane, to use the frames elsewhere.</summary>
internal sealed class Recording
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<int, TaskCompletionSource<byte[]>> _frames = new();

    public Attack Listen() => new((number, frame) =>
    {
        Entry(number).TrySetResult([.. frame]);
        return [frame];
    });

    /// <summary>Returns a recorded frame; waits until it has passed.</summary>
    public byte[] Frame(int number) => Entry(number).Task.WaitAsync(Limit).GetAwaiter().GetResult();

    private TaskCompletionSource<byte[]> Entry(int number) =>
        _frames.GetOrAdd(number, static _ => new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously));
}
