using SecureCollectives.Collectives;
using SecureCollectives.Faults;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Simulation;

/// <summary>
/// A rank that runs barriers, AllReduces and AllGathers in turn, with the product's state machines and limits, until it fails or is struck.
/// </summary>
internal sealed class FaultRank(int rank, int size, OperationRun run, ScheduleCache schedules, Random random)
{
    public static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between two operations.</summary>
    public static readonly TimeSpan MaxRest = TimeSpan.FromMilliseconds(20);

    private static readonly LoopOptions Limits = new(1, 1);

    private SimulatedOperation? _operation;
    private ulong _sequence;
    private TimeSpan _began;
    private TimeSpan _restsUntil;
    private TimeLimit _limit;
    private StallTime _stall;

    public int Rank => rank;

    public OperationRun Run => run;

    /// <summary>Gets or sets the fault that has struck this rank; null if none has.</summary>
    public FaultKind? Fault { get; set; }

    /// <summary>Gets whether the rank is running: it has not been struck and has not failed.</summary>
    public bool IsRunning => Fault is null && End is null;

    /// <summary>Gets the choice of the arbiter whose verdict this rank accepts.</summary>
    public ArbiterChoice Choice { get; } = new(rank);

    /// <summary>Gets the time at which this rank first noticed a failure; null until then.</summary>
    public TimeSpan? SeenAt { get; private set; }

    /// <summary>Gets the failure with which its calls end; null while there is none.</summary>
    public OperationFailure? End { get; private set; }

    public TimeSpan EndedAt { get; private set; }

    /// <summary>Gets the rank's current phase, except <see cref="FaultPhase.Replacing"/>, which is a state of a link.</summary>
    public FaultPhase Phase
    {
        get
        {
            if (_operation is null)
            {
                return FaultPhase.Idle;
            }

            foreach (var port in run.Ports)
            {
                if (!port.Inbound.Cursor.IsDone && port.Inbound.Cursor.Due.Kind == FrameKind.Data)
                {
                    return port.Inbound.Cursor.Due.Phase == FramePhase.ReduceScatter ? FaultPhase.ReduceScatter : FaultPhase.AllGather;
                }
            }

            return FaultPhase.Barrier;
        }
    }

    /// <returns>Whether the current operation has just stalled.</returns>
    public bool Pass(TimeSpan now)
    {
        if (_operation is null)
        {
            if (now >= _restsUntil)
            {
                Begin(now);
            }

            return false;
        }

        var moved = run.Advance(_operation.OpenBuffers(), listen: true);
        if (run.Failure is null && run.IsComplete)
        {
            Assert.True(_operation.IsRight, $"operation {_sequence} has a wrong result at rank {rank}");
            (_operation, _sequence) = (null, _sequence + 1);
            _restsUntil = now + (MaxRest * random.NextDouble());
            return false;
        }

        if (run.Failure is null && _limit.IsOver(now.Ticks, moved))
        {
            run.TimeOut();
        }

        return run.Failure is null && _stall.IsOver(now.Ticks, moved);
    }

    /// <summary>Ends the rank with the failure that it saw, or with a verdict that explains it. The first failure is kept.</summary>
    public void Conclude(OperationFailure failure, TimeSpan now)
    {
        if (IsRunning)
        {
            (End, EndedAt) = (failure, now);
        }
    }

    /// <summary>Returns the report that the rank sends once, when it first notices a failure; null otherwise.</summary>
    public FaultReport? TakeReport(TimeSpan now)
    {
        if (SeenAt is not null || run.Failure is not { } seen)
        {
            return null;
        }

        SeenAt = now;
        return new FaultReport(seen.Reason, seen.Culprit, seen.Reporter, seen.Operation, seen.Step, Wait(now), seen.Detail);
    }

    public LoopWait Wait(TimeSpan now) => _operation is null ? LoopWait.Idle(_sequence) : run.WaitOf(now - _began);

    private void Begin(TimeSpan now)
    {
        var (kind, count) = (_sequence % 4) switch
        {
            1 => (CollectiveCode.AllReduce, 600),
            3 => (CollectiveCode.AllGather, 100),
            _ => (CollectiveCode.Barrier, 0),
        };
        _operation = SimulatedOperation.Create(kind, count, rank, size, _sequence, schedules);
        run.Begin(_operation, _operation.OpenBuffers());
        _began = now;
        _limit = new TimeLimit((now + OperationTimeout).Ticks, Limits.DrainTimeout.Ticks);
        _stall = new StallTime(now.Ticks, Limits.StallTime.Ticks);
    }
}
