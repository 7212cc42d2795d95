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
/// The unauthenticated connections of one listener, each in its lane handshake. Their cost so far determines which one continues next, and
/// whether any may. Used by the listener's thread only.
/// </summary>
internal sealed class AcceptorHandshakes(
    AdmissionControl control, PendingLinks links, TimeSpan helloTimeout, ILogger logger, LaneRefusalLog refusals)
    : IDisposable
{
    /// <summary>Makes poll ignore an entry.</summary>
    private const int Ignored = -1;

    private readonly List<AcceptorHandshake> _handshakes = [];
    private readonly List<(Turn Turn, AcceptorHandshake Handshake)> _turns = [];

    /// <summary>Adds a connection that has a place.</summary>
    public AcceptorHandshake Add(Lane connection, EndPoint remote, UnauthenticatedConnection place)
    {
        var handshake = new AcceptorHandshake(connection, remote, place, LaneClock.Now + helloTimeout);
        _handshakes.Add(handshake);
        return handshake;
    }

    /// <summary>Closes a connection whose place was given to a newer one.</summary>
    public void TurnAway(AcceptorHandshake handshake)
    {
        refusals.NotAdmitted(handshake.Remote);
        _handshakes.Remove(handshake);
        handshake.Dispose();
    }

    /// <summary>Fills in the poll descriptors to wait for.</summary>
    /// <param name="descriptors">Receives one entry per connection, in the order that <see cref="NoteReady"/> expects.</param>
    /// <param name="wake">The longest time to wait; shortened if a connection needs it.</param>
    /// <returns>The number of entries written.</returns>
    public int Watch(Span<Libc.PollDescriptor> descriptors, ref TimeSpan wake)
    {
        var now = LaneClock.Now;
        for (var i = 0; i < _handshakes.Count; i++)
        {
            // A connection that must wait is not polled: if it had ended in the meantime, poll would return immediately and keep this
            // thread awake.
            var handshake = _handshakes[i];
            var wait = control.WaitFor(handshake.Place, now);
            var isDue = wait == TimeSpan.Zero;
            descriptors[i] = new Libc.PollDescriptor
            {
                Descriptor = isDue ? handshake.Connection.Descriptor : Ignored,
                Events = (short)(Libc.PollIn | (handshake.Connection.HoldsBytes ? Libc.PollOut : 0)),
            };
            var left = handshake.Deadline - now;
            wake = TimeSpan.FromTicks(Math.Min(wake.Ticks, Math.Min(isDue ? long.MaxValue : wait.Ticks, left.Ticks)));
        }

        return _handshakes.Count;
    }

    /// <summary>Records which connections the poll reported as ready.</summary>
    public void NoteReady(ReadOnlySpan<Libc.PollDescriptor> descriptors)
    {
        for (var i = 0; i < _handshakes.Count; i++)
        {
            _handshakes[i].IsReady = descriptors[i].Returned != 0;
        }
    }

    /// <summary>Continues the handshakes whose bytes can move, in turn, while the budget has processor time for them.</summary>
    /// <param name="meter">Measures the processor time of this thread.</param>
    public void Serve(ThreadMeter meter)
    {
        var now = LaneClock.Now;
        _turns.Clear();
        foreach (var handshake in _handshakes)
        {
            if (handshake.IsReady)
            {
                _turns.Add((control.TurnOf(handshake.Place, now), handshake));
            }
            else if (now >= handshake.Deadline)
            {
                _turns.Add((default, handshake));
            }
        }

        _turns.Sort(static (one, other) => one.Turn.CompareTo(other.Turn));
        foreach (var (_, handshake) in _turns)
        {
            control.Handshakes.Charge(meter.Take(), LaneClock.Now);
            var isOver = true;
            if (LaneClock.Now >= handshake.Deadline)
            {
                refusals.HelloWasLate(handshake.Remote, handshake.Place.Address, helloTimeout);
                handshake.Dispose();
            }
            else if (control.WaitFor(handshake.Place, LaneClock.Now) == TimeSpan.Zero)
            {
                handshake.Place.IsUnderWay = true;
                var outcome = handshake.Receive();
                control.Charge(handshake.Place, meter.Take(), LaneClock.Now);
                isOver = IsOver(handshake, outcome);
            }
            else
            {
                isOver = false;
            }

            if (isOver)
            {
                _handshakes.Remove(handshake);
            }
        }
    }

    public void Dispose() => _handshakes.ForEach(handshake => handshake.Dispose());

    /// <returns>Whether the handshake has ended, successfully or not.</returns>
    private bool IsOver(AcceptorHandshake handshake, LaneOutcome outcome)
    {
        switch (outcome)
        {
            case LaneOutcome.WouldBlock:
                return false;
            case LaneOutcome.Moved:
                Judge(handshake);
                return true;
            default:
                LogEnd(handshake);
                handshake.Dispose();
                return true;
        }
    }

    private void Judge(AcceptorHandshake handshake)
    {
        Span<byte> answer = stackalloc byte[LaneHello.AnswerLength];
        var status = links.Verify(handshake.Hello, handshake.Connection.PeerLeafHash.Span, answer, out var link, out var lane);

        // A fresh connection's send buffer has room for the 32 bytes. If it does not, this peer is not worth waiting for.
        if (status == HelloStatus.Ok && TryAnswer(handshake.Connection, answer))
        {
            handshake.Place.Authenticated();
            control.Admit(handshake.Place, LaneClock.Now);
            Attach(link!, lane, handshake);
            return;
        }

        // Only this connection is closed: the pending link stays open for the rightful peer.
        if (status == HelloStatus.Ok)
        {
            LogEnd(handshake);
        }
        else
        {
            refusals.HelloWasRefused(handshake.Remote, handshake.Place.Address, status);
        }

        handshake.Dispose();
    }

    private static bool TryAnswer(Lane connection, ReadOnlySpan<byte> answer) =>
        connection.TryPrepare() && connection.TrySend(answer, default, out var sent) == LaneOutcome.Moved && sent == answer.Length
            && !connection.HoldsBytes;

    private void Attach(PendingLink link, ushort lane, AcceptorHandshake handshake)
    {
        var connection = handshake.Connection;
        try
        {
            connection = connection.Confirm();
            link.Attach(lane, connection);
            TransportLog.LaneWasConnected(logger, lane, handshake.Remote);
        }
        catch (Exception exception)
            when (exception is CryptographicException or PlatformNotSupportedException or ObjectDisposedException or SocketException)
        {
            // This machine's OpenSSL does not support the suite, or the link has just been given up. Only this connection ends.
            TransportLog.LaneWasNotAttached(logger, exception, lane, handshake.Remote);
            connection.Dispose();
            handshake.Dispose();
        }
    }

    private void LogEnd(AcceptorHandshake handshake)
    {
        if (handshake.Connection.Fault is { } fault)
        {
            refusals.TlsFailed(handshake.Remote, handshake.Place.Address, fault);
        }
        else
        {
            TransportLog.ConnectionEndedBeforeHello(logger, handshake.Remote);
        }
    }
}
