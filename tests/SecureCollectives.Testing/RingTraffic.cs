namespace SecureCollectives.Testing;

/// <summary>The traffic over <see cref="RingLane"/>s. Thread-safe.</summary>
internal sealed class RingTraffic
{
    private long _committed;
    private long _released;
    private long _copied;
    private int _cuts;

    /// <summary>Bytes that were produced in place in the lane's memory.</summary>
    public long CommittedBytes => Volatile.Read(ref _committed);

    /// <summary>Bytes that were used in place in the lane's memory.</summary>
    public long ReleasedBytes => Volatile.Read(ref _released);

    /// <summary>Bytes that were copied in or out, by TrySend and TryReceive.</summary>
    public long CopiedBytes => Volatile.Read(ref _copied);

    /// <summary>The number of cut connections.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public void Committed(int bytes) => Interlocked.Add(ref _committed, bytes);

    public void Released(int bytes) => Interlocked.Add(ref _released, bytes);

    public void Copied(int bytes) => Interlocked.Add(ref _copied, bytes);

    public void Cut() => Interlocked.Increment(ref _cuts);
}
