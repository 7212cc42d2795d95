using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// Runs the handshakes of one gRPC host step by step on a thread of its own, whose processor time is charged to the budget of all
/// unauthenticated connections. When the budget is overdrawn, the thread sleeps until it has recovered; waiting connections are then served
/// in turn, those from members' addresses first. Thread-safe.
/// </summary>
internal sealed class HandshakeThread(AdmissionControl control, ILogger logger) : IDisposable
{
    /// <summary>
    /// The estimated additional cost of a step on threads that are not measured, where its bytes are read and handed over.
    /// </summary>
    private static readonly TimeSpan StepCost = TimeSpan.FromMicroseconds(20);

    /// <summary>
    /// The estimated additional cost, likewise unmeasured, of a connection that reaches its first step: creating and ending its TLS and
    /// HTTP/2 objects.
    /// </summary>
    private static readonly TimeSpan ConnectionCost = TimeSpan.FromMilliseconds(1);

    private readonly object _gate = new();
    private readonly LaneRefusalLog _refusals = new(logger, TimeProvider.System);
    private readonly List<(UnauthenticatedConnection Connection, Action Step)> _waiting = [];
    private bool _started;
    private bool _stopping;

    /// <summary>
    /// Runs a step of a connection's handshake when its turn comes. The step must be short, and must do nothing if its connection has since
    /// ended.
    /// </summary>
    public void Schedule(UnauthenticatedConnection connection, Action step)
    {
        lock (_gate)
        {
            if (!_stopping)
            {
                _waiting.Add((connection, step));
                if (!_started)
                {
                    _started = true;
                    new Thread(Run) { IsBackground = true, Name = "grpc handshakes" }.Start();
                }

                Monitor.Pulse(_gate);
                return;
            }
        }

        // The listener is gone and its connections are being closed, so nothing waits for a turn any more.
        step();
    }

    /// <summary>Removes a step whose connection has ended.</summary>
    public void Withdraw(Action step)
    {
        lock (_gate)
        {
            _waiting.RemoveAll(waiting => waiting.Step == step);
        }
    }

    /// <summary>Ends the thread after its current step. Waiting steps are run, so that their connections end.</summary>
    public void Dispose()
    {
        (UnauthenticatedConnection Connection, Action Step)[] rest;
        lock (_gate)
        {
            _stopping = true;
            rest = [.. _waiting];
            _waiting.Clear();
            Monitor.Pulse(_gate);
        }

        Array.ForEach(rest, waiting => waiting.Step());
    }

    private void Run()
    {
        var meter = new ThreadMeter();
        while (Next(meter) is { } next)
        {
            var cost = next.Connection.IsUnderWay ? StepCost : ConnectionCost;
            next.Connection.IsUnderWay = true;
            try
            {
                next.Step();
            }
            catch (Exception exception)
            {
                // An unhandled exception on this thread would end the process.
                _refusals.HandshakeStepFailed(next.Connection.Address, exception);
            }

            control.Charge(next.Connection, meter.Take() + cost, LaneClock.Now);
        }
    }

    /// <summary>Waits for the next step in turn, and for processor time to run it.</summary>
    /// <returns>The step; null if the thread must end.</returns>
    private (UnauthenticatedConnection Connection, Action Step)? Next(ThreadMeter meter)
    {
        lock (_gate)
        {
            while (!_stopping)
            {
                // Choosing a step costs time too.
                control.Handshakes.Charge(meter.Take(), LaneClock.Now);
                if (_waiting.Count == 0)
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                var now = LaneClock.Now;
                var first = FirstInTurn(now);
                var wait = control.WaitFor(_waiting[first].Connection, now);
                if (wait == TimeSpan.Zero)
                {
                    var next = _waiting[first];
                    _waiting.RemoveAt(first);
                    return next;
                }

                // Another step's turn may come earlier, so every new step wakes this thread.
                Monitor.Wait(_gate, wait);
            }

            return null;
        }
    }

    private int FirstInTurn(TimeSpan now)
    {
        var first = 0;
        var turn = control.TurnOf(_waiting[0].Connection, now);
        for (var i = 1; i < _waiting.Count; i++)
        {
            var other = control.TurnOf(_waiting[i].Connection, now);
            if (other.CompareTo(turn) < 0)
            {
                (first, turn) = (i, other);
            }
        }

        return first;
    }
}
