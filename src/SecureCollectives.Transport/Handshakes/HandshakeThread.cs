using System.Diagnostics;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Handshakes;

/// <summary>
/// The one thread on which the handshakes of a listener with asynchronous connections run: each step in turn, its processor time measured and charged to the budget of
/// <see cref="AdmissionControl"/>. While that is overdrawn nobody goes on; those that wait keep their places and their deadlines.
/// </summary>
/// <remarks>
/// A step is what SslStream does between two reads of a <see cref="HandshakeStream"/>: it runs inline where the read is completed, and that is here. As many wait as the gate has
/// places. Thread-safe.
/// </remarks>
internal sealed class HandshakeThread : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly AdmissionControl _control;
    private readonly List<HandshakeStream> _waiting = [];
    private readonly Thread _thread;
    private bool _stopping;

    /// <param name="control">Whose budget is charged.</param>
    /// <param name="name">Of the thread; Linux shows the first 15 characters.</param>
    public HandshakeThread(AdmissionControl control, string name)
    {
        _control = control;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Puts the stream that SslStream is given between it and the connection.</summary>
    /// <param name="connection">The accepted connection.</param>
    /// <param name="place">Its place at the gate.</param>
    public HandshakeStream Guard(Stream connection, Stranger place) => new(connection, place, this);

    /// <summary>Handshakes that wait are given up: their streams fail at once.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        if (Thread.CurrentThread != _thread)
        {
            _thread.Join(StopTimeout);
        }
    }

    /// <summary>Something came for this stream, or it failed: it goes on when it is its turn.</summary>
    internal void Enqueue(HandshakeStream stream)
    {
        lock (_gate)
        {
            if (!_stopping)
            {
                _waiting.Add(stream);
                Monitor.PulseAll(_gate);
                return;
            }
        }

        stream.Continue(giveUp: true);
    }

    /// <summary>A stream that waits may have been given up.</summary>
    internal void LookAgain()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        var meter = new ThreadMeter();
        while (TryTakeNext(out var next))
        {
            _control.Handshakes.Charge(meter.Take(), Now);
            next.Continue(giveUp: false);
            _control.Charge(next.Place, meter.Take(), Now);
        }

        HandshakeStream[] abandoned;
        lock (_gate)
        {
            abandoned = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var stream in abandoned)
        {
            stream.Continue(giveUp: true);
        }
    }

    /// <summary>Waits for somebody whose turn it is.</summary>
    /// <returns>False when the thread is to end.</returns>
    private bool TryTakeNext(out HandshakeStream next)
    {
        lock (_gate)
        {
            while (!_stopping)
            {
                if (Choose(out var wait) is { } chosen)
                {
                    _waiting.Remove(chosen);
                    next = chosen;
                    return true;
                }

                Monitor.Wait(_gate, wait);
            }
        }

        next = null!;
        return false;
    }

    /// <summary>Who has failed or was given up costs next to nothing and goes first; then whose turn it is, if there is processor time for him.</summary>
    private HandshakeStream? Choose(out TimeSpan wait)
    {
        wait = Timeout.InfiniteTimeSpan;
        if (_waiting.Find(static stream => stream.IsOver) is { } over)
        {
            return over;
        }

        var now = Now;
        if (_waiting.MinBy(stream => _control.TurnOf(stream.Place, now)) is not { } first)
        {
            return null;
        }

        wait = _control.WaitFor(first.Place, now);
        return wait == TimeSpan.Zero ? first : null;
    }
}
