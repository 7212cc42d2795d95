namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The ending shared by the loops of one communicator. The first loop to fail has its failure attributed and aborts the others; all end
/// with the same failure. Thread-safe.
/// </summary>
internal sealed class SharedEnding
{
    private readonly TaskCompletionSource<OperationFailure> _attributed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<Action<OperationFailure, ulong>> _aborts = [];
    private OperationFailure? _first;

    /// <summary>Adds a loop. If the others have already failed, it is aborted immediately.</summary>
    /// <param name="abort">Aborts the loop; takes the failure and the number of the first operation to fail.</param>
    public void Join(Action<OperationFailure, ulong> abort)
    {
        OperationFailure? first;
        lock (_gate)
        {
            _aborts.Add(abort);
            first = _first;
        }

        if (first is not null)
        {
            abort(first, 0);
        }
    }

    /// <summary>Ends a loop.</summary>
    /// <param name="observed">The failure that the loop observed or that a peer reported.</param>
    /// <param name="explain">Attributes the failure, in bounded time; called for the first loop only.</param>
    /// <param name="limit">How long a later loop waits for the answer; must exceed the duration of <paramref name="explain"/>.</param>
    /// <param name="completeBefore">The first operation that the other loops must fail; earlier ones may still complete.</param>
    /// <returns>The failure to end with.</returns>
    public OperationFailure Attribute(OperationFailure observed, Func<OperationFailure> explain, TimeSpan limit, ulong completeBefore)
    {
        OperationFailure? first;
        Action<OperationFailure, ulong>[] aborts;
        lock (_gate)
        {
            first = _first;
            _first ??= observed;
            aborts = [.. _aborts];
        }

        if (first is not null)
        {
            return _attributed.Task.Wait(limit) ? _attributed.Task.Result : first;
        }

        foreach (var abort in aborts)
        {
            abort(observed, completeBefore);
        }

        var failure = explain();
        _attributed.TrySetResult(failure);
        return failure;
    }
}
