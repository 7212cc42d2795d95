namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// Exchanges values between ranks outside the measurements, over a separate sealed communicator. All ranks must make the same calls.
/// </summary>
internal sealed class ControlGroup(Communicator communicator)
{
    public int Rank => communicator.Rank;

    public int Size => communicator.Size;

    /// <summary>Returns every rank's values, in rank order. All ranks pass the same number of values.</summary>
    public T[][] Gather<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var all = new T[values.Length * Size];
        communicator.AllGather(values, all);
        return [.. all.Chunk(values.Length)];
    }

    /// <summary>Returns the sum over all ranks, on every rank.</summary>
    public T Sum<T>(T value)
        where T : unmanaged
    {
        Span<T> buffer = [value];
        communicator.AllReduce(buffer, ReduceOp.Sum);
        return buffer[0];
    }

    /// <summary>Returns the maximum over all ranks, on every rank.</summary>
    public long Max(long value)
    {
        Span<long> buffer = [value];
        communicator.AllReduce(buffer, ReduceOp.Max);
        return buffer[0];
    }

    public bool Any(bool value) => Sum(value ? 1L : 0L) > 0;
}
