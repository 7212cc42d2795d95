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
/// <para>All ranks make the same calls in the same order. Any thread may call; calls of one communicator run one after the other. For calls
/// that should overlap, open several communicators.</para>
/// <para><b>Ownership.</b> From the call until its task completes (or the synchronous call returns) the caller neither reads nor writes the
/// buffers. The task never completes, even by failure or cancellation, while the library can touch them. After a failure the content of the
/// output (in place: of the buffer) is unspecified. Collectives that repeat allocate nothing, but for those that take scratch (Reduce,
/// coalesced calls, AllToAll in place, pre-scaled sums, ReduceScatter where hosts have several ranks), those over blocks of unequal length,
/// and Send and Receive: await a returned <see cref="ValueTask"/> once, and directly.</para>
/// <para><b>Failure.</b> A call throws <see cref="CollectiveException"/>, which names what happened, who is held responsible and where: by
/// ranks of the job. After that the communicator refuses further use with the same reason.</para>
/// <para><b>Cancellation.</b> A token that has fired before the call throws at once and changes nothing. Cancelling later aborts the
/// communicator on all ranks:
/// <see cref="OperationCanceledException"/> here, <see cref="CollectiveException"/> with <see cref="CollectiveError.Cancelled"/> elsewhere;
/// a rank that already has everything it needs for a small operation still completes it, and hears of the failure at its next call.</para>
/// </remarks>
public sealed class Communicator : IAsyncDisposable
{
    /// <summary>The id where a job has one communicator.</summary>
    private const string DefaultId = "default";

    /// <summary>Bytes of the id that the ranks draw together; as long as a link's.</summary>
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
    /// This worker's rank, 0 to <see cref="Size"/> - 1. That in the job, unless the communicator is of some of its ranks.
    /// </summary>
    public int Rank { get; }

    /// <summary>Number of ranks.</summary>
    public int Size { get; }

    /// <summary>The job's rank of each, in their order.</summary>
    public IReadOnlyList<int> JobRanks { get => field ?? [.. Enumerable.Range(0, Size)]; internal init; }

    /// <summary>Loops with links and lanes of their own, which share large operations.</summary>
    internal int Channels => _channels.Count;

    /// <summary>Ranks of each host where the ring is hierarchical; 1 where it has one.</summary>
    internal int LocalWorldSize { get; init; } = 1;

    /// <summary>What its frames are sealed with.</summary>
    internal SuiteCode Suite { get; init; }

    /// <summary>What seals and opens, to be read by people: library, version and instruction set.</summary>
    internal string? Engine { get; init; }

    /// <summary>Why not a faster engine; null where there is none.</summary>
    internal string? EngineReason { get; init; }

    /// <summary>Where the lanes of its first links go.</summary>
    internal IReadOnlyList<MediumCode> Media { get; init; } = [];

    /// <summary>What its links have gone through at this rank; null where none is ever replaced.</summary>
    internal ReplacementCounters? Replacements { get; init; }

    /// <summary>Send and Receive; null where it has no job.</summary>
    internal PeerMessaging? Messaging { get; init; }

    /// <summary>What its calls are made of.</summary>
    internal ScheduleCache Schedules { get; }

    /// <summary>Counts the loops' passes without progress, one for each channel, while it is set. Set it between operations.</summary>
    internal PollTime[]? PollTimes
    {
        set => _channels.Measure(value);
    }

    /// <summary>
    /// What is said of it where its calls are measured: they are from when this is set, which is when it has been opened. Before its first
    /// call.
    /// </summary>
    internal CommunicatorTelemetry? Telemetry
    {
        get => _operations.Telemetry;
        set => _operations.Telemetry = value;
    }

    /// <summary>
    /// What all ranks drew together when they opened it: the same on all of them, and another each time unless a member steers it. Empty
    /// where nothing was drawn.
    /// </summary>
    internal ReadOnlyMemory<byte> Instance { get; private set; }

    /// <summary>Opens communicators of some of its ranks; null where it has no job.</summary>
    internal GroupOpener? Groups { get; set; }

    /// <summary>Called when the communicator was disposed.</summary>
    internal Action? Disposed { get; set; }

    /// <summary>Joins a job and opens its one communicator, which owns the job: disposing it leaves both.</summary>
    /// <param name="job">See <see cref="JobOptions.FromEnvironment"/>.</param>
    /// <param name="options">How the communicator works; null for the defaults.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <returns>The communicator.</returns>
    /// <exception cref="MembershipException">The worker could not join; the message says why and what to do.</exception>
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

    /// <summary>Completes when all ranks have called it.</summary>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when all ranks have entered.</returns>
    /// <exception cref="CollectiveException">The operation failed.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public ValueTask BarrierAsync(CancellationToken cancellationToken = default) =>
        StartAsync(Schedules.Barrier(), null, ReadOnlyMemory<byte>.Empty, Memory<byte>.Empty, cancellationToken);

    /// <summary>The same as <see cref="BarrierAsync"/>, on the calling thread.</summary>
    /// <inheritdoc cref="BarrierAsync"/>
    public void Barrier(CancellationToken cancellationToken = default) =>
        Run(Schedules.Barrier(), null, new OperationBuffers(BufferView.Over<byte>([]), BufferView.Over<byte>([])), cancellationToken);

    /// <summary>
    /// Leaves the group: operations that are queued or running fail here and on all ranks. Returns within a few seconds, whatever the peers
    /// do.
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
    /// Operation 0 of every communicator, with a time limit of its own. By it all ranks know that all have opened the communicator, and
    /// have a fresh id for it: the exclusive or of random bytes of them all. A member that lies can steer it, or make it differ between
    /// ranks; then links that are opened later fail.
    /// </summary>
    /// <returns>The id.</returns>
    internal async ValueTask<ReadOnlyMemory<byte>> ConfirmAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var drawn = RandomNumberGenerator.GetBytes(InstanceLength);
        var draw = ReduceOp.BitwiseXor;
        var schedules = Schedules.AllReduce(ElementType<byte>.Code, ElementType<byte>.Size, draw.Code, drawn.Length);
        await StartAsync<byte>(schedules, draw.ReducerOf<byte>(), drawn, drawn, cancellationToken, timeout).ConfigureAwait(false);
        Instance = drawn;
        return drawn;
    }

    /// <summary>Fails the communicator on all ranks because a call of several operations cannot be completed here.</summary>
    internal void Abandon() => _channels.Abort(OperationFailure.Cancelled(_channels.Rank, 0));

    /// <summary>Whatever a call changes, it changes after this.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token has fired.</exception>
    internal void ThrowIfUnusable(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Queues a call.</summary>
    /// <param name="schedules">For each channel that it takes.</param>
    /// <param name="reducer">Combines chunks; null where the schedules never reduce.</param>
    /// <param name="input">The caller's input.</param>
    /// <param name="output">The caller's output.</param>
    /// <param name="cancellationToken">Aborts the communicator.</param>
    /// <param name="timeout">How long it may take from its turn in the queue; null for what the options say.</param>
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
    /// <param name="schedules">For each channel that it takes.</param>
    /// <param name="reducer">Combines chunks; null where the schedules never reduce.</param>
    /// <param name="buffers">The caller's memory.</param>
    /// <param name="cancellationToken">Aborts the communicator.</param>
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
