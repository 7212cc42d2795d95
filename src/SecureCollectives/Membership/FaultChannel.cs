using System.Threading.Channels;
using SecureCollectives.Membership.Wire;

namespace SecureCollectives.Membership;

/// <summary>
/// What goes out to one rank, in order, written by one task. Whoever sends never waits: a peer that takes nothing loses its connection when
/// this is full.
/// </summary>
internal sealed class FaultChannel : IDisposable
{
    /// <summary>Several messages for each communicator that a worker may have.</summary>
    private const int MaxQueued = 2048;

    private readonly Channel<FaultMessage> _queue = Channel.CreateBounded<FaultMessage>(
        new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();

    public FaultChannel() => Closing = _closing.Token;

    /// <summary>Fires when the connection is to end.</summary>
    public CancellationToken Closing { get; }

    /// <summary>Queues a message; where the queue is full, the connection ends.</summary>
    public void Send(FaultMessage message)
    {
        if (!_queue.Writer.TryWrite(message))
        {
            Close();
        }
    }

    /// <summary>Ends the connection.</summary>
    public void Close()
    {
        // On another thread: whoever waits for the token may go on at once, and the caller may hold a lock.
        _queue.Writer.TryComplete();
        _ = Task.Run(() =>
        {
            try
            {
                _closing.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has ended already.
            }
        });
    }

    /// <summary>Writes what is queued until the connection ends.</summary>
    public async Task WriteAsync(Func<FaultMessage, Task> write, CancellationToken cancellationToken)
    {
        await foreach (var message in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await write(message).ConfigureAwait(false);
        }
    }

    public void Dispose() => _closing.Dispose();
}
