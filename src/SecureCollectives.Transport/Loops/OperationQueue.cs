namespace SecureCollectives.Transport.Loops;

/// <summary>
/// A loop's operations, in call order, and the baton. The holder of the baton drives the loop; the baton is free only while there is
/// nothing to do.
/// </summary>
/// <remarks>The gate is taken once or twice per operation, never per chunk.</remarks>
/// <param name="inbox">The messages that may need attention between operations.</param>
/// <param name="dedicatedTurn">Released when the dedicated thread gets the baton.</param>
/// <param name="observer">Carries other threads' questions to the driving thread.</param>
/// <param name="limit">The maximum number of queued operations.</param>
internal sealed class OperationQueue(LoopInbox inbox, SemaphoreSlim dedicatedTurn, LoopObserver observer, int limit)
{
    private readonly Lock _gate = new();
    private readonly Queue<Operation> _operations = new();
    private ulong _nextSequence;
    private bool _batonHeld;
    private volatile bool _isServing;
    private OperationFailure? _failure;

    /// <summary>Why no further operations are accepted; null while they are.</summary>
    public OperationFailure? Failure => Volatile.Read(ref _failure) ?? inbox.Abort;

    /// <summary>Whether the communicator has ended.</summary>
    public bool HasEnded => Volatile.Read(ref _failure) is not null;

    /// <summary>The number of the next operation; if another loop assigns the numbers, the lowest that it can have.</summary>
    public ulong NextSequence
    {
        get
        {
            lock (_gate)
            {
                return _nextSequence;
            }
        }
    }

    /// <summary>The first queued operation; null if none is queued.</summary>
    public Operation? First
    {
        get
        {
            lock (_gate)
            {
                return _operations.TryPeek(out var first) ? first : null;
            }
        }
    }

    /// <summary>Whether the baton holder is handling links between operations; the next operation then wakes it.</summary>
    public bool IsServing
    {
        set
        {
            lock (_gate)
            {
                _isServing = value;
            }
        }
    }

    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    public void ThrowIfFull()
    {
        lock (_gate)
        {
            if (_operations.Count >= limit)
            {
                throw new InvalidOperationException(
                    $"{_operations.Count} operations are queued on this communicator; await earlier ones before starting more.");
            }
        }
    }

    /// <summary>Queues an operation for the dedicated thread.</summary>
    /// <param name="operation">The operation to queue; the dedicated thread drives and ends it.</param>
    /// <param name="sequence">The number of the operation, if another loop of the communicator assigns the numbers.</param>
    /// <returns>Null, or why it was not queued.</returns>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    public OperationFailure? Add(Operation operation, ulong? sequence = null)
    {
        lock (_gate)
        {
            if (Failure is { } failure)
            {
                return failure;
            }

            _nextSequence = sequence ?? _nextSequence;
            Enqueue(operation);
            TakeForDedicatedThread();
        }

        WakeServer();
        return null;
    }

    /// <summary>Queues an operation that its caller drives.</summary>
    /// <param name="operation">The operation to queue, which its caller then drives.</param>
    /// <param name="hasBaton">Whether the caller gets the baton immediately.</param>
    /// <inheritdoc cref="Add(Operation, ulong?)"/>
    public OperationFailure? Add(CallerOperation operation, out bool hasBaton)
    {
        lock (_gate)
        {
            hasBaton = false;
            if (Failure is { } failure)
            {
                return failure;
            }

            Enqueue(operation);
            hasBaton = !_batonHeld;
            _batonHeld = true;
        }

        WakeServer();
        return null;
    }

    /// <summary>
    /// Passes the number of an operation to <paramref name="act"/>. An operation that is not queued yet would get the next number.
    /// </summary>
    /// <param name="operation">The operation, which is queued or about to be.</param>
    /// <param name="act">Called before any other operation gets a number.</param>
    public void WithNumberOf(Operation operation, Action<ulong> act)
    {
        lock (_gate)
        {
            act(operation.IsQueued ? operation.Sequence : _nextSequence);
        }
    }

    /// <summary>Makes a thread handle the inbox: the driving thread, or the dedicated thread if none drives.</summary>
    public void Attend()
    {
        lock (_gate)
        {
            TakeForDedicatedThread();
        }

        inbox.Wake();
    }

    /// <summary>
    /// Returns what the loop is waiting for. The driving thread answers; if there is none, the answer is immediate. May be called from any
    /// thread. A loop that has failed does not answer: the caller must set a time limit, and learns of the failure through
    /// <see cref="IFaultAttribution"/>.
    /// </summary>
    public Task<LoopWait> ObserveAsync()
    {
        Task<LoopWait> answer;
        lock (_gate)
        {
            if (!_batonHeld)
            {
                return Task.FromResult(LoopWait.Idle(_nextSequence));
            }

            answer = observer.AskAsync();
        }

        inbox.Wake();
        return answer;
    }

    /// <summary>Passes the baton on.</summary>
    /// <param name="done">The operation that has ended; null if none ran.</param>
    public void PassBaton(Operation? done)
    {
        Operation? next;
        lock (_gate)
        {
            if (done is not null)
            {
                _operations.Dequeue();
            }

            if (!_operations.TryPeek(out next) && inbox is { Abort: null, IsEmpty: true })
            {
                _batonHeld = false;
                observer.Answer(LoopWait.Idle(_nextSequence));
                return;
            }
        }

        if (next is CallerOperation caller && inbox.AbortOf(next.Sequence) is null)
        {
            caller.GiveTurn();
        }
        else
        {
            dedicatedTurn.Release();
        }
    }

    /// <summary>Ends the communicator: the baton is never passed on again.</summary>
    /// <returns>The operations that were queued.</returns>
    public List<Operation> End(OperationFailure failure)
    {
        lock (_gate)
        {
            Volatile.Write(ref _failure, failure);
            List<Operation> queued = [.. _operations];
            _operations.Clear();
            return queued;
        }
    }

    private void WakeServer()
    {
        if (_isServing)
        {
            inbox.Wake();
        }
    }

    private void TakeForDedicatedThread()
    {
        if (!_batonHeld)
        {
            _batonHeld = true;
            dedicatedTurn.Release();
        }
    }

    private void Enqueue(Operation operation)
    {
        ThrowIfFull();
        operation.Queue(_nextSequence++);
        _operations.Enqueue(operation);
    }
}
