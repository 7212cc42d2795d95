using System.Collections.Concurrent;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// How other threads reach the loop, apart from queuing operations: messages about links, and requests to abort. Costs the loop two reads
/// per pass.
/// </summary>
/// <param name="signal">The signal that wakes the loop.</param>
internal sealed class LoopInbox(LoopSignal signal)
{
    private readonly ConcurrentQueue<LinkMessage> _messages = new();
    private AbortRequest? _abort;

    /// <summary>Why the communicator should end; null while it should not.</summary>
    public OperationFailure? Abort => Volatile.Read(ref _abort)?.Why;

    public bool IsEmpty => _messages.IsEmpty;

    /// <summary>Returns why an operation should end; null if it should not.</summary>
    /// <param name="operation">The number of the operation, as counted by this loop.</param>
    public OperationFailure? AbortOf(ulong operation) =>
        Volatile.Read(ref _abort) is { } request && request.From <= operation ? request.Why : null;

    /// <param name="why">The failure with which the operations end.</param>
    /// <param name="from">The first operation to fail; earlier ones may still complete.</param>
    /// <returns>True if this request takes effect; false if an earlier one already fails the same operations.</returns>
    /// <summary>Requests the end of the communicator. May be called from any thread.</summary>
    public bool TryRequestAbort(OperationFailure why, ulong from)
    {
        var request = new AbortRequest(why, from);
        AbortRequest? earlier;
        do
        {
            earlier = Volatile.Read(ref _abort);
            if (earlier?.From <= from)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _abort, request, earlier) != earlier);

        return true;
    }

    public void Post(LinkMessage message) => _messages.Enqueue(message);

    /// <summary>Wakes the loop. Call it after making the change that the loop should see.</summary>
    public void Wake() => signal.Raise();

    /// <summary>Delivers the messages to the current operation.</summary>
    /// <param name="run">The current operation and the links of the loop.</param>
    /// <param name="operation">The number of the current operation, or of the next one if none runs.</param>
    public void Deliver(OperationRun run, ulong operation)
    {
        while (_messages.TryDequeue(out var message))
        {
            switch (message)
            {
                case LinkMessage.Surrender(var peer, var answer):
                    answer.TrySetResult(new SurrenderedLink(run.Links.To(peer).Surrender(), operation));
                    break;
                case LinkMessage.Release(var peer, var unusedFor, var answer):
                    answer.TrySetResult(run.Links.TryRelease(peer, unusedFor));
                    break;
                case LinkMessage.Attach(var link, var positions):
                    Listen(link);
                    run.Attach(link, positions);
                    break;
                case LinkMessage.Lose(var peer, var reason, var why):
                    run.FailLink(peer, reason, why);
                    break;
            }
        }
    }

    /// <summary>Makes the lanes of a link wake the loop.</summary>
    public void Listen(Link link)
    {
        foreach (var lane in link.Lanes)
        {
            lane.Lane.AttachSignal(signal.Raise);
        }
    }

    /// <summary>Drops all messages: the loop has ended.</summary>
    public void DropAll()
    {
        while (_messages.TryDequeue(out var message))
        {
            message.Drop();
        }
    }

    private sealed record AbortRequest(OperationFailure Why, ulong From);
}
