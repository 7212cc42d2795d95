namespace SecureCollectives.Transport.Loops;

/// <summary>Counts the parts of a call, one per channel in use, that have not yet ended. Reused for every call; thread-safe.</summary>
/// <param name="ended">Called when the last part has ended, on that part's thread; must return quickly.</param>
internal sealed class CallParts(Action ended)
{
    private OperationFailure? _failure;
    private int _left;

    /// <summary>Why a part failed; null if none did. All parts fail with the same failure.</summary>
    public OperationFailure? Failure => Volatile.Read(ref _failure);

    /// <summary>Begins a call.</summary>
    /// <param name="count">The number of parts in the call.</param>
    public void Begin(int count)
    {
        _failure = null;
        Volatile.Write(ref _left, count);
    }

    /// <summary>Records that a part has ended.</summary>
    /// <param name="failure">Why the part failed; null for success.</param>
    public void End(OperationFailure? failure)
    {
        if (failure is not null)
        {
            Volatile.Write(ref _failure, failure);
        }

        if (Interlocked.Decrement(ref _left) == 0)
        {
            ended();
        }
    }
}
