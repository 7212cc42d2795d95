using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SecureCollectives.Framing;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Sockets;

/// <summary>
/// The connections of one listener that have proved nothing yet, each on its way to a hello. Who goes on next, and whether anybody may, is
/// a matter of what they all have cost. Used by the listener's thread alone.
/// </summary>
internal sealed class AcceptorHandshakes(AdmissionControl control, PendingLinks links, TimeSpan helloTimeout, ILogger logger) : IDisposable
{
    /// <summary>To poll, a descriptor that is not there.</summary>
    private const int Ignored = -1;

    private readonly List<AcceptorHandshake> _exchanges = [];
    private readonly List<(Turn Turn, AcceptorHandshake Exchange)> _turns = [];

    /// <summary>A connection that has got a place.</summary>
    public AcceptorHandshake Add(Lane connection, EndPoint remote, UnauthenticatedConnection place)
    {
        var exchange = new AcceptorHandshake(connection, remote, place, LaneClock.Now + helloTimeout);
        _exchanges.Add(exchange);
        return exchange;
    }

    /// <summary>Its place was given to a newer one.</summary>
    public void TurnAway(AcceptorHandshake exchange)
    {
        TransportLog.UnauthenticatedConnectionWasClosed(logger, exchange.Remote);
        TransportMetrics.Refused("admission");
        _exchanges.Remove(exchange);
        exchange.Dispose();
    }

    /// <summary>Writes down what to wait for.</summary>
    /// <param name="descriptors">One for each connection, in the order in which <see cref="NoteReady"/> wants them back.</param>
    /// <param name="wake">When to look again at the latest; brought forward where a connection needs it.</param>
    /// <returns>How many were written.</returns>
    public int Watch(Span<Libc.PollDescriptor> descriptors, ref TimeSpan wake)
    {
        var now = LaneClock.Now;
        for (var i = 0; i < _exchanges.Count; i++)
        {
            // Who has to wait is not even looked at: a connection that ended meanwhile would keep this thread awake.
            var exchange = _exchanges[i];
            var wait = control.WaitFor(exchange.Place, now);
            var isDue = wait == TimeSpan.Zero;
            descriptors[i] = new Libc.PollDescriptor
            {
                Descriptor = isDue ? exchange.Connection.Descriptor : Ignored,
                Events = (short)(Libc.PollIn | (exchange.Connection.HoldsBytes ? Libc.PollOut : 0)),
            };
            var left = exchange.Deadline - now;
            wake = TimeSpan.FromTicks(Math.Min(wake.Ticks, Math.Min(isDue ? long.MaxValue : wait.Ticks, left.Ticks)));
        }

        return _exchanges.Count;
    }

    /// <summary>Takes in what the wait was ended by.</summary>
    public void NoteReady(ReadOnlySpan<Libc.PollDescriptor> descriptors)
    {
        for (var i = 0; i < _exchanges.Count; i++)
        {
            _exchanges[i].IsReady = descriptors[i].Returned != 0;
        }
    }

    /// <summary>Goes on with those whose bytes can move, in turn, while there is processor time for them.</summary>
    /// <param name="meter">Measures this thread.</param>
    public void Serve(ThreadMeter meter)
    {
        var now = LaneClock.Now;
        _turns.Clear();
        foreach (var exchange in _exchanges)
        {
            if (exchange.IsReady)
            {
                _turns.Add((control.TurnOf(exchange.Place, now), exchange));
            }
            else if (now >= exchange.Deadline)
            {
                _turns.Add((default, exchange));
            }
        }

        _turns.Sort(static (one, other) => one.Turn.CompareTo(other.Turn));
        foreach (var (_, exchange) in _turns)
        {
            control.Handshakes.Charge(meter.Take(), LaneClock.Now);
            var isOver = true;
            if (LaneClock.Now >= exchange.Deadline)
            {
                TransportLog.HelloWasLate(logger, exchange.Remote, helloTimeout.TotalSeconds);
                TransportMetrics.Refused("late");
                exchange.Dispose();
            }
            else if (control.WaitFor(exchange.Place, LaneClock.Now) == TimeSpan.Zero)
            {
                exchange.Place.IsUnderWay = true;
                var outcome = exchange.Receive();
                control.Charge(exchange.Place, meter.Take(), LaneClock.Now);
                isOver = IsOver(exchange, outcome);
            }
            else
            {
                isOver = false;
            }

            if (isOver)
            {
                _exchanges.Remove(exchange);
            }
        }
    }

    public void Dispose() => _exchanges.ForEach(exchange => exchange.Dispose());

    /// <returns>Whether the exchange has ended, one way or the other.</returns>
    private bool IsOver(AcceptorHandshake exchange, LaneOutcome outcome)
    {
        switch (outcome)
        {
            case LaneOutcome.WouldBlock:
                return false;
            case LaneOutcome.Moved:
                Judge(exchange);
                return true;
            default:
                LogEnd(exchange);
                exchange.Dispose();
                return true;
        }
    }

    private void Judge(AcceptorHandshake exchange)
    {
        Span<byte> answer = stackalloc byte[LaneHello.AnswerLength];
        var status = links.Verify(exchange.Hello, exchange.Connection.PeerLeafHash.Span, answer, out var link, out var lane);

        // A fresh connection's send buffer holds the 32 bytes; should it not, the peer is none we want to wait for.
        if (status == HelloStatus.Ok && TryAnswer(exchange.Connection, answer))
        {
            exchange.Place.Authenticated();
            control.Admit(exchange.Place, LaneClock.Now);
            Attach(link!, lane, exchange);
            return;
        }

        // Only this connection is closed: what is pending stays open for the rightful one.
        if (status == HelloStatus.Ok)
        {
            LogEnd(exchange);
        }
        else
        {
            TransportLog.HelloWasRefused(logger, exchange.Remote, status);
            TransportMetrics.Refused("lane-handshake");
        }

        exchange.Dispose();
    }

    private static bool TryAnswer(Lane connection, ReadOnlySpan<byte> answer) =>
        connection.TryPrepare() && connection.TrySend(answer, default, out var sent) == LaneOutcome.Moved && sent == answer.Length
            && !connection.HoldsBytes;

    private void Attach(PendingLink link, ushort lane, AcceptorHandshake exchange)
    {
        var connection = exchange.Connection;
        try
        {
            connection = connection.Confirm();
            link.Attach(lane, connection);
            TransportLog.LaneWasConnected(logger, lane, exchange.Remote);
        }
        catch (Exception exception)
            when (exception is CryptographicException or PlatformNotSupportedException or ObjectDisposedException or SocketException)
        {
            // A suite that this machine's OpenSSL refuses, or a link given up this moment: the end of this connection and of nothing else.
            TransportLog.LaneWasNotAttached(logger, exception, lane, exchange.Remote);
            connection.Dispose();
            exchange.Dispose();
        }
    }

    private void LogEnd(AcceptorHandshake exchange)
    {
        if (exchange.Connection.Fault is { } fault)
        {
            TransportLog.ConnectionWasRefused(logger, exchange.Remote, fault);
            TransportMetrics.Refused("tls");
        }
        else
        {
            TransportLog.ConnectionEndedBeforeHello(logger, exchange.Remote);
        }
    }
}
