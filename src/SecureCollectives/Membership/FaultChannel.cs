using System.Threading.Channels;
using SecureCollectives.Membership.Wire;

namespace SecureCollectives.Membership;

/// <summary>
/// The queue of messages to one rank, which a single task writes in order. Senders never block: if the queue fills up because the peer has
/// stopped reading, the connection is closed.
/// </summary>
internal sealed class FaultChannel : IDisposable
{
    /// <summary>Room for several messages per open communicator.</summary>
    private const int MaxQueued = 2048;

    private readonly Channel<FaultMessage> _queue = Channel.CreateBounded<FaultMessage>(
        new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();

    public FaultChannel() => Closing = _closing.Token;

    /// <summary>Cancelled when the connection is to be closed.</summary>
    public CancellationToken Closing { get; }

    /// <summary>Queues a message; closes the connection if the queue is full.</summary>
    public void Send(FaultMessage message)
    {
        if (!_queue.Writer.TryWrite(message))
        {
            Close();
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Close()
    {
        // Cancel on another thread: it runs the token's callbacks synchronously, and the caller may hold a lock.
        _queue.Writer.TryComplete();
        _ = Task.Run(() =>
        {
            try
            {
                _closing.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The connection has already ended.
            }
        });
    }

    /// <summary>Writes queued messages until the connection ends.</summary>
    public async Task WriteAsync(Func<FaultMessage, Task> write, CancellationToken cancellationToken)
    {
        await foreach (var message in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await write(message).ConfigureAwait(false);
        }
    }

    public void Dispose() => _closing.Dispose();
}
