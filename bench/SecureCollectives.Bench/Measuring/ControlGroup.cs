namespace SecureCollectives.Bench.Measuring;

/// <summary>What the ranks tell each other between measurements, over a sealed communicator of its own. All ranks call together.</summary>
internal sealed class ControlGroup(Communicator communicator)
{
    public int Rank => communicator.Rank;

    public int Size => communicator.Size;

    /// <summary>Every rank's values, in the order of the ranks; as many from each.</summary>
    public T[][] Gather<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var all = new T[values.Length * Size];
        communicator.AllGather(values, all);
        return [.. all.Chunk(values.Length)];
    }

    /// <summary>The sum over all ranks, on every rank.</summary>
    public T Sum<T>(T value)
        where T : unmanaged
    {
        Span<T> buffer = [value];
        communicator.AllReduce(buffer, ReduceOp.Sum);
        return buffer[0];
    }

    /// <summary>The greatest of all ranks' values, on every rank.</summary>
    public long Max(long value)
    {
        Span<long> buffer = [value];
        communicator.AllReduce(buffer, ReduceOp.Max);
        return buffer[0];
    }

    public bool Any(bool value) => Sum(value ? 1L : 0L) > 0;
}
