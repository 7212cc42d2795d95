namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The end that the loops of one communicator share. The first of them to fail has its failure explained and ends the others, and all end
/// with the same failure. Thread-safe.
/// </summary>
internal sealed class SharedEnding
{
    private readonly TaskCompletionSource<OperationFailure> _attributed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<Action<OperationFailure, ulong>> _aborts = [];
    private OperationFailure? _first;

    /// <summary>A loop takes part. Where the others have failed already, it ends at once.</summary>
    /// <param name="abort">Ends it: with what failure, and at which operation at the earliest.</param>
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

    /// <summary>A loop ends.</summary>
    /// <param name="observed">What it saw, or was told.</param>
    /// <param name="explain">Finds out what explains that; called for the first loop only, and bounded.</param>
    /// <param name="limit">How long a loop that comes later waits for the answer: longer than it takes.</param>
    /// <param name="completeBefore">The other loops go on to this operation, and end there.</param>
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
