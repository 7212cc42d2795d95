using System.Security.Cryptography;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Opening;
using SecureCollectives.PointToPoint;
using SecureCollectives.Reduction;
using SecureCollectives.Security.Keys;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>
/// A worker's handle on a group of ranks that call collectives together. Open one with <see cref="Job.OpenCommunicatorAsync"/>.
/// </summary>
/// <remarks>
/// <para>All ranks must make the same calls in the same order. Members may be called from any thread; a communicator runs its calls one
/// after the other. To overlap calls, open several communicators.</para>
/// <para><b>Ownership.</b> From the call until its task completes (or the synchronous call returns), the caller must neither read nor write
/// the buffers. Even on failure or cancellation, the task completes only when the library no longer accesses them. After a failure, the
/// contents of the output (for an in-place call, of the buffer) are unspecified.</para>
/// <para><b>Allocation.</b> Repeated collectives allocate nothing because their tasks are pooled, so await a returned
/// <see cref="ValueTask"/> directly and only once. The exceptions are calls that need scratch memory (Reduce, coalesced calls, AllToAll in
/// place, pre-scaled sums, ReduceScatter with several ranks per host), calls with blocks of unequal length, and Send and Receive.</para>
/// <para><b>Failure.</b> A failed call throws <see cref="CollectiveException"/>, which says what happened, at which operation and step, and
/// which rank of the job is held responsible. From then on, the communicator rejects further use with the same error.</para>
/// <para><b>Cancellation.</b> If the token was cancelled before the call, the call throws immediately and has no effect. Cancelling later
/// aborts the communicator on all ranks: this rank throws <see cref="OperationCanceledException"/>, the others throw
/// <see cref="CollectiveException"/> with <see cref="CollectiveError.Cancelled"/>. A rank that already has everything it needs for a small
/// operation still completes it, and learns of the abort on its next call.</para>
/// </remarks>
public sealed class Communicator : IAsyncDisposable
{
    /// <summary>The id of the communicator that <see cref="JoinAsync"/> opens.</summary>
    private const string DefaultId = "default";

    /// <summary>The length in bytes of the random id that the ranks generate together, the same as for a link id.</summary>
    private const int InstanceLength = LaneHello.LinkIdLength;

    private readonly ChannelSet _channels;
    private readonly AsyncOperationPool _operations;
    private readonly TimeSpan _operationTimeout;
    private readonly IAsyncDisposable? _links;
    private CallerCall? _idleCall;
    private Job? _ownedJob;
    private int _isDisposed;

    internal Communicator(string id, int rank, int size, ScheduleCache schedules, TimeSpan operationTimeout, ChannelSet channels,
        IAsyncDisposable? links = null)
    {
        Id = id;
        Rank = rank;
        Size = size;
        Schedules = schedules;
        _operationTimeout = operationTimeout;
        _channels = channels;
        _operations = new AsyncOperationPool(channels, id);
        _links = links;
    }

    /// <summary>The communicator's id, the same on all ranks.</summary>
    public string Id { get; }

    /// <summary>
    /// This worker's rank in the communicator, 0 to <see cref="Size"/> - 1. It is the worker's rank in the job unless the communicator has
    /// only some of the job's ranks; <see cref="JobRanks"/> maps one to the other.
    /// </summary>
    public int Rank { get; }

    /// <summary>The number of ranks in the communicator.</summary>
    public int Size { get; }

    /// <summary>The job rank of each of the communicator's ranks, indexed by rank in the communicator.</summary>
    public IReadOnlyList<int> JobRanks { get => field ?? [.. Enumerable.Range(0, Size)]; internal init; }

    /// <summary>
    /// The number of channels. Each is a loop with its own links and lanes, and they share the work of large operations.
    /// </summary>
    internal int Channels => _channels.Count;

    /// <summary>The number of ranks per host if the ring is hierarchical; 1 for a single ring.</summary>
    internal int LocalWorldSize { get; init; } = 1;

    /// <summary>The suite that seals the communicator's frames.</summary>
    internal SuiteCode Suite { get; init; }

    /// <summary>A description of the engine that seals and opens: library, version and instruction set.</summary>
    internal string? Engine { get; init; }

    /// <summary>Why no faster engine is used; null if no engine is faster.</summary>
    internal string? EngineReason { get; init; }

    /// <summary>The media used by the lanes of the communicator's first links.</summary>
    internal IReadOnlyList<MediumCode> Media { get; init; } = [];

    /// <summary>Counts this rank's replaced links; null if links are never replaced.</summary>
    internal ReplacementCounters? Replacements { get; init; }

    /// <summary>Carries out Send and Receive; null if the communicator has no job.</summary>
    internal PeerMessaging? Messaging { get; init; }

    /// <summary>The schedules of the communicator's calls.</summary>
    internal ScheduleCache Schedules { get; }

    /// <summary>
    /// While set, counts each loop's passes without progress, with one entry per channel. Set it only between operations.
    /// </summary>
    internal PollTime[]? PollTimes
    {
        set => _channels.Measure(value);
    }

    /// <summary>
    /// The communicator's attributes in metrics and traces. Set once the communicator has been opened and before the first call; calls are
    /// measured from then on.
    /// </summary>
    internal CommunicatorTelemetry? Telemetry
    {
        get => _operations.Telemetry;
        set => _operations.Telemetry = value;
    }

    /// <summary>
    /// The random id that all ranks generated together when they opened the communicator. It is the same on all ranks and, unless a member
    /// manipulates it, different for each opening. Empty if none was generated.
    /// </summary>
    internal ReadOnlyMemory<byte> Instance { get; private set; }

    /// <summary>Opens communicators for some of this one's ranks; null if this one has no job.</summary>
    internal GroupOpener? Groups { get; set; }

    /// <summary>Called after the communicator has been disposed.</summary>
    internal Action? Disposed { get; set; }

    /// <summary>Joins a job and opens its only communicator, which owns the job: disposing the communicator also leaves the job.</summary>
    /// <param name="job">How to join the job; see <see cref="JobOptions.FromEnvironment"/>.</param>
    /// <param name="options">
    /// How the communicator works; null for the defaults. The same on all ranks; see <see cref="CommunicatorOptions"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the attempt. Once the task has been cancelled, the worker has left the job.</param>
    /// <returns>The communicator, open on all ranks. The caller must dispose it, which also leaves the job.</returns>
    /// <exception cref="MembershipException">
    /// The worker could not join the job or open the communicator; the message says why and what to do.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<Communicator> JoinAsync(
        JobOptions job, CommunicatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        var joined = await Job.JoinAsync(job, cancellationToken).ConfigureAwait(false);
        try
        {
            var communicator = await joined.OpenCommunicatorAsync(DefaultId, options ?? new CommunicatorOptions(), cancellationToken)
                .ConfigureAwait(false);
            communicator._ownedJob = joined;
            return communicator;
        }
        catch
        {
            await joined.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until all ranks have called it.</summary>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when all ranks have entered the barrier.</returns>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public ValueTask BarrierAsync(CancellationToken cancellationToken = default) =>
        StartAsync(Schedules.Barrier(), null, ReadOnlyMemory<byte>.Empty, Memory<byte>.Empty, cancellationToken);

    /// <summary>Waits on the calling thread until all ranks have called it.</summary>
    /// <inheritdoc cref="BarrierAsync"/>
    public void Barrier(CancellationToken cancellationToken = default) =>
        Run(Schedules.Barrier(), null, new OperationBuffers(BufferView.Over<byte>([]), BufferView.Over<byte>([])), cancellationToken);

    /// <summary>
    /// Leaves the group. Operations that are queued or running fail on this rank and on all others. Completes within a few seconds,
    /// whatever the peers do. May be called more than once.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _channels.DisposeAsync().ConfigureAwait(false);
            Interlocked.Exchange(ref _idleCall, null)?.Dispose();
            if (_links is not null)
            {
                await _links.DisposeAsync().ConfigureAwait(false);
            }

            Disposed?.Invoke();
            if (_ownedJob is not null)
            {
                await _ownedJob.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Runs operation 0 of the communicator, with its own time limit. When it completes, all ranks have opened the communicator and share
    /// a fresh id for it: the XOR of random bytes from every rank. A malicious member can steer the id or make it differ between ranks; in
    /// the latter case, links that are opened later fail.
    /// </summary>
    /// <param name="timeout">The time limit for the operation, from its turn in the queue.</param>
    /// <param name="cancellationToken">Cancels the attempt. Once the task has been cancelled, the worker has left the job.</param>
    /// <returns>The id that all ranks share, which is also the value of <see cref="Instance"/>.</returns>
    internal async ValueTask<ReadOnlyMemory<byte>> ConfirmAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var drawn = RandomNumberGenerator.GetBytes(InstanceLength);
        var draw = ReduceOp.BitwiseXor;
        var schedules = Schedules.AllReduce(ElementType<byte>.Code, ElementType<byte>.Size, draw.Code, drawn.Length);
        await StartAsync<byte>(schedules, draw.ReducerOf<byte>(), drawn, drawn, cancellationToken, timeout).ConfigureAwait(false);
        Instance = drawn;
        return drawn;
    }

    /// <summary>Aborts the communicator on all ranks because this rank cannot complete a call of several operations.</summary>
    internal void Abandon() => _channels.Abort(OperationFailure.Cancelled(_channels.Rank, 0));

    /// <summary>Checks that a call may be made. A call changes nothing before this check.</summary>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal void ThrowIfUnusable(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Queues a call.</summary>
    /// <param name="schedules">One schedule for each channel that the call uses.</param>
    /// <param name="reducer">Combines chunks; null if the schedules never reduce.</param>
    /// <param name="input">The caller's input; the loops read it until the returned task completes.</param>
    /// <param name="output">The caller's output, which may be the input; the loops write to it until the returned task completes.</param>
    /// <param name="cancellationToken">Cancels the call; aborts the communicator once the call has started.</param>
    /// <param name="timeout">The time limit, from the operation's turn in the queue; null for the one in the options.</param>
    internal ValueTask StartAsync<T>(
        Schedule[] schedules, Reducer? reducer, ReadOnlyMemory<T> input, Memory<T> output, CancellationToken cancellationToken,
            TimeSpan? timeout = null)
        where T : unmanaged
    {
        ThrowIfUnusable(cancellationToken);
        BufferChecks.Bytes((long)Math.Max(input.Length, output.Length) * ElementType<T>.Size);
        return _operations.Take<T>().StartAsync(schedules, reducer, timeout ?? _operationTimeout, input, output, cancellationToken);
    }

    /// <summary>Makes a call on the calling thread.</summary>
    /// <param name="schedules">One schedule for each channel that the call uses.</param>
    /// <param name="reducer">Combines chunks; null if the schedules never reduce.</param>
    /// <param name="buffers">The caller's buffers; no loop accesses them after this method returns or throws.</param>
    /// <param name="cancellationToken">Cancels the call; aborts the communicator once the call has started.</param>
    internal void Run(Schedule[] schedules, Reducer? reducer, scoped in OperationBuffers buffers, CancellationToken cancellationToken)
    {
        ThrowIfUnusable(cancellationToken);
        BufferChecks.Bytes(Math.Max(buffers.Input.Length, buffers.Output.Length));
        var call = Interlocked.Exchange(ref _idleCall, null) ?? new CallerCall(_channels) { Telemetry = Telemetry };
        if (call.Run(schedules, reducer, _operationTimeout, buffers, cancellationToken) is { } failure)
        {
            throw new CollectiveException(Id, failure);
        }

        if (call.IsOver)
        {
            Volatile.Write(ref _idleCall, call);
        }
    }
}
