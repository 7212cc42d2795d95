using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The loops of a communicator, one per channel. Every call uses channel 0, which assigns its number; large calls use additional channels.
/// All loops fail and end together. Thread-safe.
/// </summary>
/// <param name="loops">The loops, by channel; at least one. They share one <see cref="SharedEnding"/>.</param>
internal sealed class ChannelSet(IReadOnlyList<Loop> loops) : IAsyncDisposable
{
    /// <summary>Keeps multi-channel calls in the same order on all channels. Taken once per such call.</summary>
    private readonly Lock _gate = new();
    private readonly Loop[] _loops = [.. loops];

    /// <summary>The number of channels.</summary>
    public int Count => _loops.Length;

    /// <summary>Why the communicator can no longer be used; null while it can be.</summary>
    public OperationFailure? Failure => First.Queue.Failure;

    /// <summary>The rank of this worker in the job.</summary>
    public int Rank => First.Rank;

    private Loop First => _loops[0];

    /// <summary>Queues a call for the dedicated threads of the loops.</summary>
    /// <param name="first">The part of the call on channel 0.</param>
    /// <param name="others">The parts on channels 1, 2, ...; each is ended exactly once, unless this method throws.</param>
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
    /// Runs the first part of a call on the calling thread, after the operations queued before it, and the other parts on the loops'
    /// dedicated threads.
    /// </summary>
    /// <param name="first">The part of the call on channel 0.</param>
    /// <param name="buffers">The caller's memory for the first part.</param>
    /// <param name="others">As in <see cref="Start"/>. They may still be running when this method returns or throws.</param>
    /// <param name="wereStarted">Whether the other parts were started, so that each will end or has ended.</param>
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

    /// <summary>Fails the communicator: the current operation, the queued ones and all later ones. May be called from any thread.</summary>
    public void Abort(OperationFailure failure)
    {
        // Abort every loop: one that has already ended may have left the others with an operation to complete.
        foreach (var loop in _loops)
        {
            loop.Abort(failure);
        }
    }

    /// <summary>Fails the communicator because the caller has cancelled an operation that is queued or about to be.</summary>
    /// <param name="first">The part of the call on channel 0.</param>
    public void Cancel(Operation first) =>
        First.Queue.WithNumberOf(first, sequence => Abort(OperationFailure.Cancelled(First.Rank, sequence)));

    /// <summary>
    /// Returns what the communicator is waiting for: whatever delays its earliest operation on any channel. See
    /// <see cref="OperationQueue.ObserveAsync"/>.
    /// </summary>
    public async Task<LoopWait> ObserveAsync() =>
        LoopWait.Earliest(await Task.WhenAll(_loops.Select(static loop => loop.Queue.ObserveAsync())).ConfigureAwait(false));

    /// <summary>
    /// Makes each loop record the time of its idle passes in its own <see cref="PollTime"/>; null stops the recording. Call this only
    /// between operations.
    /// </summary>
    public void Measure(PollTime[]? times)
    {
        for (var channel = 0; channel < _loops.Length; channel++)
        {
            _loops[channel].PollTime = times?[channel];
        }
    }

    /// <summary>
    /// Tells the peers that this rank is leaving, fails the queued operations and closes the lanes of all channels, in bounded time.
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
