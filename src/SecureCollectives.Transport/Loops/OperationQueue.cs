namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The operations of a loop in the order of their calls, and the baton: whoever holds it drives the loop, and it is free only while there
/// is nothing to do.
/// </summary>
/// <remarks>The gate is taken once or twice per operation, never per chunk.</remarks>
/// <param name="inbox">What else there may be to do.</param>
/// <param name="dedicatedTurn">Released when the dedicated thread has the baton.</param>
/// <param name="observer">What others ask of whoever drives.</param>
/// <param name="limit">Operations that may be queued.</param>
internal sealed class OperationQueue(LoopInbox inbox, SemaphoreSlim dedicatedTurn, LoopObserver observer, int limit)
{
    private readonly Lock _gate = new();
    private readonly Queue<Operation> _operations = new();
    private ulong _nextSequence;
    private bool _batonHeld;
    private volatile bool _isServing;
    private OperationFailure? _failure;

    /// <summary>Why nothing more is queued; null while it is.</summary>
    public OperationFailure? Failure => Volatile.Read(ref _failure) ?? inbox.Abort;

    /// <summary>Whether the communicator has ended.</summary>
    public bool HasEnded => Volatile.Read(ref _failure) is not null;

    /// <summary>
    /// The number of the operation that is queued next; where another loop gives the numbers, the least that it can have.
    /// </summary>
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

    /// <summary>The operation whose turn it is; null where none is queued.</summary>
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

    /// <summary>Whether whoever has the baton attends to links meanwhile: then the first operation that comes wakes it.</summary>
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
    /// <param name="operation">The operation.</param>
    /// <param name="sequence">Its number, where another loop gives the numbers.</param>
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
    /// <param name="operation">The operation.</param>
    /// <param name="hasBaton">Whether it is its turn at once.</param>
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

    /// <summary>The number of an operation, queued or about to be. One that is not queued yet would have been the next.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="act">Called before anybody else takes a number.</param>
    public void WithNumberOf(Operation operation, Action<ulong> act)
    {
        lock (_gate)
        {
            act(operation.IsQueued ? operation.Sequence : _nextSequence);
        }
    }

    /// <summary>Has somebody look at the inbox: whoever drives, or the dedicated thread where nobody does.</summary>
    public void Attend()
    {
        lock (_gate)
        {
            TakeForDedicatedThread();
        }

        inbox.Wake();
    }

    /// <summary>
    /// Asks whoever drives what the loop waits for; where nobody does, that is known. From any thread. A loop that has failed does not
    /// answer: who asks sets a limit, and knows of the failure by <see cref="IFaultAttribution"/>.
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
    /// <param name="done">The operation that has ended; null where none ran.</param>
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
    /// <returns>What was queued.</returns>
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
