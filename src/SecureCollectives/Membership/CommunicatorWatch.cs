using SecureCollectives.Faults;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>
/// One communicator as fault attribution sees it: reports its failure, says what it waits for, and ends it with the verdict. Thread-safe.
/// </summary>
/// <param name="id">The communicator's id.</param>
/// <param name="rank">This rank.</param>
/// <param name="reporter">Reports to the arbiters.</param>
internal sealed class CommunicatorWatch(string id, int rank, FaultReporter reporter) : IFaultAttribution
{
    /// <summary>A loop that runs answers within a pass. Half of what an arbiter waits for.</summary>
    private static readonly TimeSpan ObserveTimeout = FaultCase.AnswerTime / 2;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<OperationFailure> _attributed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OperationFailure? _observed;
    private OperationFailure? _verdict;
    private FaultReport? _report;
    private ulong _number;
    private ulong? _stalledAt;
    private ChannelSet? _channels;
    private Func<(int Peer, TimeSpan Elapsed)?> _message = static () => null;

    /// <summary>Which rank 0 has given this life of the communicator; 0 until it is known.</summary>
    public ulong Number
    {
        get => Volatile.Read(ref _number);
        set => Volatile.Write(ref _number, value);
    }

    public CommunicatorInstance Instance => new(id, Number);

    /// <summary>What was reported and has no verdict yet; null where nothing is.</summary>
    public FaultReport? OpenReport
    {
        get
        {
            lock (_gate)
            {
                return _verdict is null ? _report : null;
            }
        }
    }

    /// <summary>Whether it has failed, or is about to.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_gate)
            {
                return _report is not null || _verdict is not null;
            }
        }
    }

    /// <summary>Whether a verdict is known: it stays.</summary>
    public bool IsDecided
    {
        get
        {
            lock (_gate)
            {
                return _verdict is not null;
            }
        }
    }

    /// <summary>Has the communicator's channels, which this was made for.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="message">Whose Send or Receive is waited for, and for how long; null where none is.</param>
    public void Attach(ChannelSet channels, Func<(int Peer, TimeSpan Elapsed)?> message)
    {
        Volatile.Write(ref _message, message);
        OperationFailure? verdict;
        lock (_gate)
        {
            Volatile.Write(ref _channels, channels);
            verdict = _verdict;
        }

        // It came before there was anything to end.
        if (verdict is not null)
        {
            channels.Abort(verdict);
        }
    }

    public Task<OperationFailure> AttributeAsync(OperationFailure observed, LoopWait wait)
    {
        var report = new FaultReport(
            observed.Reason, observed.Culprit, observed.Reporter, observed.Operation, observed.Step, WithMessage(wait), observed.Detail);
        lock (_gate)
        {
            if (_verdict is not null)
            {
                return Task.FromResult(_verdict);
            }

            _observed = observed;
            _report = report;
        }

        return reporter.Report(Instance, report) ? _attributed.Task : Task.FromResult(observed);
    }

    public void Stalled(LoopWait wait)
    {
        lock (_gate)
        {
            // Most likely all of its channels have stalled: the first to say so is enough.
            if (_stalledAt == wait.Operation)
            {
                return;
            }

            _stalledAt = wait.Operation;
        }

        reporter.Stalled(Instance, wait);
    }

    /// <summary>Ends the communicator with a verdict.</summary>
    public void Conclude(Verdict verdict)
    {
        OperationFailure failure;
        bool isAwaited;
        lock (_gate)
        {
            if (_verdict is not null)
            {
                return;
            }

            // The exception behind an internal error is known where it happened alone.
            isAwaited = _observed is not null;
            failure = verdict.ToFailure(verdict.Reason is AbortReason.InternalError or AbortReason.ReductionFailed
                && verdict.Culprit == rank ? _observed?.Cause : null);
            _verdict = failure;
        }

        if (isAwaited)
        {
            _attributed.TrySetResult(failure);
        }
        else
        {
            Volatile.Read(ref _channels)?.Abort(failure);
        }
    }

    /// <summary>What the communicator waits for; null where its loops do not say.</summary>
    public async Task<LoopWait?> ObserveAsync()
    {
        if (OpenReport is { } report)
        {
            return report.Wait;
        }

        try
        {
            return Volatile.Read(ref _channels) is { } channels
                ? WithMessage(await channels.ObserveAsync().WaitAsync(ObserveTimeout).ConfigureAwait(false)) : null;
        }
        catch (TimeoutException)
        {
            return OpenReport?.Wait;
        }
    }

    /// <summary>An operation that runs is what a rank waits in; otherwise it may wait for a message.</summary>
    private LoopWait WithMessage(LoopWait wait) =>
        !wait.IsRunning && wait.WaitedFor is null && Volatile.Read(ref _message)() is var (peer, elapsed)
            ? wait with { WaitedFor = peer, Elapsed = elapsed } : wait;
}
