using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Moves bytes between schedules and lanes; one per channel of a communicator. The holder of its baton drives it: a dedicated thread for
/// queued operations, the caller's own thread for synchronous ones. Operations run one at a time, in call order. An idle loop does not read
/// its lanes and uses no processor time.
/// </summary>
internal sealed class Loop : IAsyncDisposable, ILinkOwner
{
    private static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _dedicatedTurn = new(0);
    private readonly LoopSignal _signal = new();
    private readonly LoopInbox _inbox;
    private readonly OperationQueue _queue;
    private readonly OperationRun _run;
    private readonly LoopDriver _driver;
    private readonly LoopEnding _ending;
    private readonly FailureAttribution _attribution;
    private readonly Action<OperationFailure>? _endedWith;

    /// <summary>Creates a loop, which takes ownership of the links.</summary>
    /// <param name="name">The name of the dedicated thread.</param>
    /// <param name="rank">The rank of this worker in the job, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the job. A communicator over a subset uses the job's rank numbers.</param>
    /// <param name="lanesPerLink">The number of lanes of each link, at least one.</param>
    /// <param name="links">The links that are already open. If the options name a link keeper, operations request further ones.</param>
    /// <param name="options">The loop's options; immutable.</param>
    /// <param name="ended">Called once with the reason why the communicator ended; must return quickly.</param>
    /// <param name="ending">The ending shared by the loops of one communicator; null for a single loop.</param>
    public Loop(
        string name,
        int rank,
        int worldSize,
        int lanesPerLink,
        IReadOnlyList<Link> links,
        LoopOptions options,
        Action<OperationFailure>? ended = null,
        SharedEnding? ending = null)
    {
        ending ??= new SharedEnding();
        _endedWith = ended;
        _inbox = new LoopInbox(_signal);
        var observer = new LoopObserver(options.Clock);
        _queue = new OperationQueue(_inbox, _dedicatedTurn, observer, options.QueueLength);
        _run = new OperationRun(rank, worldSize, lanesPerLink, links, options);
        var wait = new LaneWait(_signal, _run.Ports.Length, options.Clock);
        _driver = new LoopDriver(_run, _inbox, observer, wait, options);
        _ending = new LoopEnding(_run, wait, options);
        _attribution = new FailureAttribution(ending, _run, observer, options);
        foreach (var link in links)
        {
            _inbox.Listen(link);
        }

        ending.Join(options.CountsAlone ? (failure, _) => Abort(failure) : Abort);
        new Thread(RunDedicated) { IsBackground = true, Name = name }.Start();
    }

    public int Rank => _run.Rank;

    /// <summary>The loop's operations, in call order.</summary>
    public OperationQueue Queue => _queue;

    /// <summary>Records the time of idle passes; null if it is not measured. Set only between operations.</summary>
    public PollTime? PollTime
    {
        get => _driver.PollTime;
        set => _driver.PollTime = value;
    }

    /// <summary>Queues an operation for the dedicated thread. <see cref="Operation.End"/> reports its end.</summary>
    /// <param name="operation">The operation to queue.</param>
    /// <param name="sequence">The number of the operation, if another loop of the communicator assigns the numbers.</param>
    /// <returns>Null, or why it was not queued.</returns>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    public OperationFailure? Start(Operation operation, ulong? sequence = null) => _queue.Add(operation, sequence);

    /// <summary>Runs a queued operation on the calling thread, after the operations queued before it.</summary>
    /// <returns>Null, or why the operation failed.</returns>
    public OperationFailure? Run(CallerOperation operation, bool hasBaton, in OperationBuffers buffers)
    {
        // The wait is bounded: the holder of the baton ends by its own deadline.
        if (hasBaton || operation.WaitForTurn())
        {
            Drive(operation, buffers);
        }

        return operation.Failure;
    }

    /// <summary>Fails the communicator: the current operation, the queued ones and all later ones. May be called from any thread.</summary>
    /// <param name="failure">The failure with which the operations end.</param>
    /// <param name="from">The first operation to fail; earlier ones may still complete.</param>
    public void Abort(OperationFailure failure, ulong from = 0)
    {
        if (_inbox.TryRequestAbort(failure, from))
        {
            _queue.Attend();
        }
    }

    public Task<SurrenderedLink> SurrenderAsync(int peer, CancellationToken cancellationToken) =>
        AskAsync<SurrenderedLink>(answer => new LinkMessage.Surrender(peer, answer), cancellationToken);

    public Task<bool> ReleaseAsync(int peer, TimeSpan unusedFor, CancellationToken cancellationToken) =>
        AskAsync<bool>(answer => new LinkMessage.Release(peer, unusedFor, answer), cancellationToken);

    public void Attach(Link link, LinkPositions peerPositions) => Post(new LinkMessage.Attach(link, peerPositions));

    public void FailLink(int peer, AbortReason reason, string why) => Post(new LinkMessage.Lose(peer, reason, why));

    /// <summary>Tells the peers that this rank is leaving, fails the queued operations and closes the lanes, in bounded time.</summary>
    public async ValueTask DisposeAsync()
    {
        Abort(OperationFailure.Closed(_run.Rank, _queue.NextSequence));
        await WaitForEndAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until the loop has ended, for a bounded time.</summary>
    public async Task WaitForEndAsync() =>
        await _ended.Task.WaitAsync(DisposeTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task<T> AskAsync<T>(Func<TaskCompletionSource<T>, LinkMessage> message, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(message(answer));
        return answer.Task.WaitAsync(cancellationToken);
    }

    private void Post(LinkMessage message)
    {
        _inbox.Post(message);
        if (_ended.Task.IsCompleted)
        {
            _inbox.DropAll();
            return;
        }

        _queue.Attend();
    }

    private void RunDedicated()
    {
        while (true)
        {
            _dedicatedTurn.Wait();
            if (_queue.HasEnded)
            {
                return;
            }

            if (_queue.First is { CallerDriven: false } next)
            {
                DriveQueued(next);
            }
            else if (_inbox.Abort is not null)
            {
                // Either no operation is queued, or the first one is driven by a caller waiting for a turn that will never come.
                TearDown(default);
            }
            else
            {
                Serve();
            }
        }
    }

    /// <summary>Handles messages about links while no operation runs.</summary>
    private void Serve()
    {
        try
        {
            _driver.Serve(_queue);
        }
        catch (Exception exception)
        {
            _run.Fail(OperationFailure.Defect(_run.Rank, _queue.NextSequence, exception));
        }

        Conclude(null, default);
    }

    private void DriveQueued(Operation operation)
    {
        OperationBuffers buffers;
        try
        {
            buffers = operation.OpenBuffers();
        }
        catch (Exception exception)
        {
            // The memory belongs to the caller, and its owner object may refuse to pin it; that must not end the process.
            var words = $"the caller's memory could not be opened: {exception.Message}";
            _run.Fail(OperationFailure.InternalError(_run.Rank, operation.Sequence, words, exception));
            TearDown(default);
            return;
        }

        Drive(operation, buffers);
    }

    /// <summary>Runs the first queued operation and passes the baton on.</summary>
    private void Drive(Operation operation, scoped in OperationBuffers buffers)
    {
        try
        {
            _driver.Progress(operation, buffers);
        }
        catch (ReductionException exception)
        {
            _run.Fail(exception);
        }
        catch (Exception exception)
        {
            _run.Fail(OperationFailure.Defect(_run.Rank, operation.Sequence, exception));
        }

        Conclude(operation, buffers);
    }

    private void Conclude(Operation? operation, scoped in OperationBuffers buffers)
    {
        if (_run.Failure is not null)
        {
            TearDown(buffers);
            return;
        }

        _queue.PassBaton(operation);
        operation?.End(null);
    }

    /// <summary>Ends the communicator: tells the peers, fails everything queued and closes the lanes.</summary>
    private void TearDown(scoped in OperationBuffers buffers)
    {
        var observed = _run.Failure ?? _inbox.Abort ?? throw new UnreachableException("A loop is torn down without a reason.");
        var failure = _attribution.Attribute(observed, _queue.NextSequence);
        var victims = _queue.End(failure);

        // Every waiting caller must be released whatever fails here, so each part runs even if the one before it failed.
        try
        {
            _ending.Tell(failure, _queue.NextSequence, buffers, isVerdict: failure != observed);
        }
        catch (Exception exception)
        {
            failure = failure with { Detail = $"{failure.Detail} (and the peers could not be notified: {exception.Message})" };
        }
        finally
        {
            EndAll(victims, failure);
        }
    }

    private void EndAll(List<Operation> victims, OperationFailure failure)
    {
        foreach (var victim in victims)
        {
            victim.End(failure);
        }

        _dedicatedTurn.Release();
        try
        {
            Announce(failure);
            _ending.Linger(failure.Reason);
        }
        finally
        {
            foreach (var link in _run.Links.All)
            {
                link.Dispose();
            }

            _signal.Dispose();
            _ended.TrySetResult();
            _inbox.DropAll();
        }
    }

    private void Announce(OperationFailure failure)
    {
        try
        {
            _endedWith?.Invoke(failure);
        }
        catch (Exception)
        {
            // The callback runs the application's logger, whose faults must not end the process. The calls themselves report the failure.
        }
    }
}
