using System.Collections.Concurrent;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Collectives;

/// <summary>A communicator's idle asynchronous operations, by element type, ready for the next call. Thread-safe.</summary>
internal sealed class AsyncOperationPool(ChannelSet channels, string communicator)
{
    private readonly ConcurrentDictionary<Type, object> _idle = new();

    public ChannelSet Channels => channels;

    public string Communicator => communicator;

    /// <summary>The communicator's attributes in metrics and traces; null if its calls are not measured.</summary>
    public CommunicatorTelemetry? Telemetry { get; set; }

    public AsyncOperation<T> Take<T>()
        where T : unmanaged =>
        Idle<T>().TryDequeue(out var operation) ? operation : new AsyncOperation<T>(this);

    public void Return<T>(AsyncOperation<T> operation)
        where T : unmanaged =>
        Idle<T>().Enqueue(operation);

    private ConcurrentQueue<AsyncOperation<T>> Idle<T>()
        where T : unmanaged =>
        (ConcurrentQueue<AsyncOperation<T>>)_idle.GetOrAdd(typeof(T), static _ => new ConcurrentQueue<AsyncOperation<T>>());
}
