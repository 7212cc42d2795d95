using System.Collections.Concurrent;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The way in from other threads, but for operations: what is said of links, and the request to end. Costs the loop two reads a pass.
/// </summary>
/// <param name="signal">Wakes the loop.</param>
internal sealed class LoopInbox(LoopSignal signal)
{
    private readonly ConcurrentQueue<LinkMessage> _messages = new();
    private AbortRequest? _abort;

    /// <summary>Why the communicator should end; null while it should not.</summary>
    public OperationFailure? Abort => Volatile.Read(ref _abort)?.Why;

    public bool IsEmpty => _messages.IsEmpty;

    /// <summary>Why an operation should end; null while it should not.</summary>
    /// <param name="operation">Its number.</param>
    public OperationFailure? AbortOf(ulong operation) =>
        Volatile.Read(ref _abort) is { } request && request.From <= operation ? request.Why : null;

    /// <param name="why">Why.</param>
    /// <param name="from">Operations before this one may still complete.</param>
    /// <returns>Whether no earlier request ends as much.</returns>
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

    /// <summary>Wakes the loop, after what it should see.</summary>
    public void Wake() => signal.Raise();

    /// <summary>Hands what has come to the operation at hand.</summary>
    /// <param name="run">Whose links are spoken of.</param>
    /// <param name="operation">The operation at hand, or the next.</param>
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

    /// <summary>Has the lanes of a link wake the loop.</summary>
    public void Listen(Link link)
    {
        foreach (var lane in link.Lanes)
        {
            lane.Lane.AttachSignal(signal.Raise);
        }
    }

    /// <summary>The loop has ended.</summary>
    public void DropAll()
    {
        while (_messages.TryDequeue(out var message))
        {
            message.Drop();
        }
    }

    private sealed record AbortRequest(OperationFailure Why, ulong From);
}
