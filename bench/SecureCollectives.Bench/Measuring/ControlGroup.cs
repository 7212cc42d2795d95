namespace SecureCollectives.Bench.Measuring;

/// <summary>What the ranks tell each other between measurements, over a sealed communicator of its own. All ranks call together.</summary>
internal sealed class ControlGroup(Communicator communicator)
{
    public int Rank => communicator.Rank;

    public int Size => communicator.Size;

    /// <summary>Every rank's values, in the order of the ranks; as many from each.</summary>
    public double[][] Gather(ReadOnlySpan<double> values)
    {
        var all = new double[values.Length * Size];
        communicator.AllGather(values, all);
        return [.. all.Chunk(values.Length)];
    }

    /// <summary>Every rank's values, in the order of the ranks; as many from each.</summary>
    public long[][] Gather(ReadOnlySpan<long> values)
    {
        var all = new long[values.Length * Size];
        communicator.AllGather(values, all);
        return [.. all.Chunk(values.Length)];
    }

    /// <summary>The sum over all ranks, on every rank.</summary>
    public long Sum(long value)
    {
        Span<long> buffer = [value];
        communicator.AllReduce(buffer, ReduceOp.Sum);
        return buffer[0];
    }

    /// <summary>The sum over all ranks, on every rank.</summary>
    public double Sum(double value)
    {
        Span<double> buffer = [value];
        communicator.AllReduce(buffer, ReduceOp.Sum);
        return buffer[0];
    }

    public bool Any(bool value) => Sum(value ? 1L : 0L) > 0;
}
