using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Moves bytes between schedules and lanes; one per communicator. Whoever holds its baton drives it: a dedicated thread for queued operations, the
/// caller's own thread for synchronous ones. Operations run one after the other in the order of their calls.
/// </summary>
/// <remarks>
/// The gate is taken once or twice per operation, never per chunk. The baton is free only while nothing is queued; at the end of an operation its holder
/// passes it to whoever drives the next one. Between operations nobody looks at the lanes, so an idle communicator costs no processor time.
/// </remarks>
internal sealed partial class Loop : IAsyncDisposable
{
    private static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<Operation> _queue = new();
    private readonly SemaphoreSlim _dedicatedTurn = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Link[] _links;
    private readonly LoopOptions _options;
    private readonly LoopSignal _signal = new();
    private readonly OperationRun _run;
    private readonly LaneWait _wait;
    private readonly Action<OperationFailure>? _endedWith;
    private ulong _nextSequence;
    private bool _batonHeld;
    private OperationFailure? _requested;
    private OperationFailure? _failure;

    /// <summary>Takes over the links.</summary>
    /// <param name="name">Names the dedicated thread.</param>
    /// <param name="rank">This rank.</param>
    /// <param name="worldSize">Ranks of the communicator.</param>
    /// <param name="lanesPerLink">Lanes of each link.</param>
    /// <param name="links">The links that schedules will use.</param>
    /// <param name="options">Constants.</param>
    /// <param name="ended">Told why the communicator ended, once, on a thread that must not be kept.</param>
    public Loop(
        string name, int rank, int worldSize, int lanesPerLink, IReadOnlyList<Link> links, LoopOptions options, Action<OperationFailure>? ended = null)
    {
        _endedWith = ended;
        _links = [.. links];
        _options = options;
        _run = new OperationRun(rank, worldSize, lanesPerLink, links, options);
        _wait = new LaneWait(_signal, _run.Ports.Length);
        foreach (var link in links)
        {
            foreach (var lane in link.Lanes)
            {
                lane.Lane.AttachSignal(_signal.Raise);
            }
        }

        new Thread(RunDedicated) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Why the communicator can no longer be used; null while it can.</summary>
    public OperationFailure? Failure => Volatile.Read(ref _failure) ?? Volatile.Read(ref _requested);

    /// <summary>Counts the loop's fruitless passes while it is set. Set between operations.</summary>
    public PollTime? PollTime { get; set; }

    /// <summary>Queues an operation for the dedicated thread. Its end is told to the operation.</summary>
    /// <returns>Null, or why it was not queued.</returns>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    public OperationFailure? Start(Operation operation)
    {
        lock (_gate)
        {
            if (Failure is { } failure)
            {
                return failure;
            }

            Enqueue(operation);
            if (!_batonHeld)
            {
                _batonHeld = true;
                _dedicatedTurn.Release();
            }
        }

        return null;
    }

    /// <summary>Runs an operation on the calling thread, after those queued before it.</summary>
    /// <returns>Null, or why it failed.</returns>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    public OperationFailure? Run(CallerOperation operation, in OperationBuffers buffers)
    {
        bool mine;
        lock (_gate)
        {
            if (Failure is { } failure)
            {
                return failure;
            }

            Enqueue(operation);
            mine = !_batonHeld;
            _batonHeld = true;
        }

        // Whoever holds the baton ends in bounded time: its operation has a deadline too.
        if (mine || operation.WaitForTurn())
        {
            Drive(operation, buffers);
        }

        return operation.Failure;
    }

    /// <summary>Fails the communicator from any thread: the current operation, those queued, and all later ones.</summary>
    public void Abort(OperationFailure failure)
    {
        if (Interlocked.CompareExchange(ref _requested, failure, null) is not null)
        {
            return;
        }

        lock (_gate)
        {
            if (!_batonHeld)
            {
                _batonHeld = true;
                _dedicatedTurn.Release();
            }
        }

        _signal.Raise();
    }

    /// <summary>Fails the communicator because the caller of an operation, queued or about to be, has cancelled it.</summary>
    public void Cancel(Operation operation)
    {
        lock (_gate)
        {
            // One that is not queued yet would have been the next: after this nobody takes its number any more.
            var sequence = operation.IsQueued ? operation.Sequence : _nextSequence;
            Abort(new OperationFailure(AbortReason.Cancelled, _run.Rank, sequence, 0, _run.Rank, $"rank {_run.Rank} cancelled the operation"));
        }
    }

    /// <summary>Tells the peers that this rank leaves, fails what is queued, and closes the lanes, in bounded time.</summary>
    public async ValueTask DisposeAsync()
    {
        Abort(new OperationFailure(AbortReason.Closed, _run.Rank, NextSequence, 0, _run.Rank, "this communicator was disposed"));
        await _ended.Task.WaitAsync(DisposeTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private ulong NextSequence
    {
        get
        {
            lock (_gate)
            {
                return _nextSequence;
            }
        }
    }

    private void Enqueue(Operation operation)
    {
        if (_queue.Count >= _options.QueueLength)
        {
            throw new InvalidOperationException(
                $"{_queue.Count} operations are queued on this communicator; await earlier ones before starting more.");
        }

        operation.Queue(_nextSequence++);
        _queue.Enqueue(operation);
    }

    /// <summary>The timestamp at which a time limit ends.</summary>
    private static long Deadline(TimeSpan fromNow) => Stopwatch.GetTimestamp() + Ticks(fromNow);

    /// <summary>In the units of timestamps; the longest times would overflow them, and end at once.</summary>
    private static long Ticks(TimeSpan time) => (long)(Math.Min(time.TotalSeconds, int.MaxValue) * Stopwatch.Frequency);
}
