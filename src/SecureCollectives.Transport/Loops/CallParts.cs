namespace SecureCollectives.Transport.Loops;

/// <summary>Which parts of a call, one in each channel that it takes, have still to end. Used again for each call; thread-safe.</summary>
/// <param name="ended">Called when the last has ended, on its thread, which must not be kept.</param>
internal sealed class CallParts(Action ended)
{
    private OperationFailure? _failure;
    private int _left;

    /// <summary>Why one of them failed; null where none did. They fail alike.</summary>
    public OperationFailure? Failure => Volatile.Read(ref _failure);

    /// <summary>A call begins.</summary>
    /// <param name="count">How many parts it has.</param>
    public void Begin(int count)
    {
        _failure = null;
        Volatile.Write(ref _left, count);
    }

    /// <summary>A part has ended.</summary>
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
