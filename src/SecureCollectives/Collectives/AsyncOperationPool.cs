using System.Collections.Concurrent;
using SecureCollectives.Framing;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Collectives;

/// <summary>The queued operations of a communicator that wait for their next call, by element type. Thread-safe.</summary>
internal sealed class AsyncOperationPool(ChannelSet channels, int rank, string communicator)
{
    private static readonly int Types = (int)Enum.GetValues<ElementCode>().Max() + 1;

    /// <summary>By the element type's code; 0 is for operations without elements.</summary>
    private readonly object?[] _idle = new object?[Types];

    public ChannelSet Channels => channels;

    public int Rank => rank;

    public string Communicator => communicator;

    public AsyncOperation<T> Take<T>()
        where T : unmanaged =>
        Idle<T>().TryDequeue(out var operation) ? operation : new AsyncOperation<T>(this);

    public void Return<T>(AsyncOperation<T> operation)
        where T : unmanaged =>
        Idle<T>().Enqueue(operation);

    private ConcurrentQueue<AsyncOperation<T>> Idle<T>()
        where T : unmanaged
    {
        ref var place = ref _idle[ElementType<T>.Index];
        return (ConcurrentQueue<AsyncOperation<T>>)(Volatile.Read(ref place)
            ?? Interlocked.CompareExchange(ref place, new ConcurrentQueue<AsyncOperation<T>>(), null)
            ?? place);
    }
}
