using SecureCollectives.Faults;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>
/// Connects a communicator to fault attribution: reports its failure, reports its wait, and ends it with the verdict. Thread-safe.
/// </summary>
/// <param name="id">The communicator's id.</param>
/// <param name="rank">The rank of this worker in the job.</param>
/// <param name="reporter">Reports to the arbiters.</param>
internal sealed class CommunicatorWatch(string id, int rank, FaultReporter reporter) : IFaultAttribution
{
    /// <summary>Half the time that an arbiter waits for an answer; a running loop answers within one pass.</summary>
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

    /// <summary>The number that rank 0 assigned to this instance of the communicator; 0 until it is known.</summary>
    public ulong Number
    {
        get => Volatile.Read(ref _number);
        set => Volatile.Write(ref _number, value);
    }

    public CommunicatorInstance Instance => new(id, Number);

    /// <summary>The report that still awaits a verdict; null if there is none.</summary>
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

    /// <summary>Whether the communicator has failed, or is about to.</summary>
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

    /// <summary>Whether a verdict is known. A verdict never changes.</summary>
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

    /// <summary>Attaches the communicator's channels once they exist.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="message">
    /// Returns the peer whose Send or Receive this rank waits for, and for how long; null if it waits for none.
    /// </param>
    public void Attach(ChannelSet channels, Func<(int Peer, TimeSpan Elapsed)?> message)
    {
        Volatile.Write(ref _message, message);
        OperationFailure? verdict;
        lock (_gate)
        {
            Volatile.Write(ref _channels, channels);
            verdict = _verdict;
        }

        // The verdict arrived before there were any channels to end.
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
            // All channels have probably stalled; one report is enough.
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

            // Only the rank where an internal error happened knows the exception behind it.
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

    /// <summary>Returns what the communicator waits for; null if its loops do not answer in time.</summary>
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

    /// <summary>Adds the message that this rank waits for, unless it waits in a running operation.</summary>
    private LoopWait WithMessage(LoopWait wait) =>
        !wait.IsRunning && wait.WaitedFor is null && Volatile.Read(ref _message)() is var (peer, elapsed)
            ? wait with { WaitedFor = peer, Elapsed = elapsed } : wait;
}
