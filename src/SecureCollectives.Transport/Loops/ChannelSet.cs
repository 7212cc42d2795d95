using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The loops of a communicator, one for each of its channels. A call takes part in channel 0 always, which numbers it, and in further ones
/// where it is large; they fail and end together. Thread-safe.
/// </summary>
/// <param name="loops">By channel; at least one. They share one <see cref="SharedEnding"/>.</param>
internal sealed class ChannelSet(IReadOnlyList<Loop> loops) : IAsyncDisposable
{
    /// <summary>Calls that take several channels come in the same order in all of them. Taken once for such a call.</summary>
    private readonly Lock _gate = new();
    private readonly Loop[] _loops = [.. loops];

    /// <summary>How many channels there are.</summary>
    public int Count => _loops.Length;

    /// <summary>Why the communicator can no longer be used; null while it can.</summary>
    public OperationFailure? Failure => First.Queue.Failure;

    /// <summary>This rank, in the job.</summary>
    public int Rank => First.Rank;

    private Loop First => _loops[0];

    /// <summary>Queues a call for the loops' own threads.</summary>
    /// <param name="first">Its part in channel 0.</param>
    /// <param name="others">Its parts in channels 1, 2, ...; each is ended once, whatever happens, unless this throws.</param>
    /// <returns>Null, or why the first part was not queued.</returns>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    public OperationFailure? Start(Operation first, ReadOnlySpan<Operation> others)
    {
        if (others.IsEmpty)
        {
            return First.Start(first);
        }

        lock (_gate)
        {
            ThrowIfFull(others.Length);
            var refused = First.Start(first);
            StartOthers(others, first, refused);
            return refused;
        }
    }

    /// <summary>
    /// Runs a call's first part on the calling thread, after what was queued before it, and its others on the loops' own.
    /// </summary>
    /// <param name="first">Its part in channel 0.</param>
    /// <param name="buffers">The caller's memory, for the first part.</param>
    /// <param name="others">As in <see cref="Start"/>. They may not have ended yet when this returns or throws.</param>
    /// <param name="wereStarted">Whether the others will end, or have.</param>
    /// <returns>Null, or why the first part failed.</returns>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    public OperationFailure? Run(CallerOperation first, in OperationBuffers buffers, ReadOnlySpan<Operation> others, out bool wereStarted)
    {
        bool hasBaton;
        wereStarted = false;
        if (others.IsEmpty)
        {
            return First.Queue.Add(first, out hasBaton) ?? First.Run(first, hasBaton, buffers);
        }

        lock (_gate)
        {
            ThrowIfFull(others.Length);
            var refused = First.Queue.Add(first, out hasBaton);
            wereStarted = true;
            StartOthers(others, first, refused);
            if (refused is not null)
            {
                return refused;
            }
        }

        return First.Run(first, hasBaton, buffers);
    }

    /// <summary>Fails the communicator from any thread: the current operation, those queued, and all later ones.</summary>
    public void Abort(OperationFailure failure)
    {
        // Each by itself: one that has ended may have left the others an operation to complete.
        foreach (var loop in _loops)
        {
            loop.Abort(failure);
        }
    }

    /// <summary>Fails the communicator because the caller of an operation, queued or about to be, has cancelled it.</summary>
    /// <param name="first">Its part in channel 0.</param>
    public void Cancel(Operation first) =>
        First.Queue.WithNumberOf(first, sequence => Abort(OperationFailure.Cancelled(First.Rank, sequence)));

    /// <summary>
    /// What the communicator waits for: the earliest of what its channels wait for. As <see cref="OperationQueue.ObserveAsync"/>.
    /// </summary>
    public async Task<LoopWait> ObserveAsync() =>
        LoopWait.Earliest(await Task.WhenAll(_loops.Select(static loop => loop.Queue.ObserveAsync())).ConfigureAwait(false));

    /// <summary>Counts the loops' fruitless passes, each in its own, until it is set to null. Between operations.</summary>
    public void Measure(PollTime[]? times)
    {
        for (var channel = 0; channel < _loops.Length; channel++)
        {
            _loops[channel].PollTime = times?[channel];
        }
    }

    /// <summary>
    /// Tells the peers that this rank leaves, fails what is queued, and closes the lanes of all channels, in bounded time.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Abort(OperationFailure.Closed(First.Rank, First.Queue.NextSequence));
        await Task.WhenAll(_loops.Select(static loop => loop.WaitForEndAsync())).ConfigureAwait(false);
    }

    private void ThrowIfFull(int others)
    {
        foreach (var loop in _loops.AsSpan(0, others + 1))
        {
            loop.Queue.ThrowIfFull();
        }
    }

    private void StartOthers(ReadOnlySpan<Operation> others, Operation first, OperationFailure? refused)
    {
        for (var i = 0; i < others.Length; i++)
        {
            if ((refused ?? _loops[i + 1].Start(others[i], first.Sequence)) is { } failure)
            {
                others[i].End(failure);
            }
        }
    }
}
