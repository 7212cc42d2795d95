using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives.Transport.Sockets;

/// <summary>
/// Accepts the connections of expected lanes on a thread of its own, with polled socket calls and never with asynchronous ones. An
/// unauthenticated connection costs a socket, 56 bytes and the time of a hello. If lanes run inside TLS, it also costs the memory and time
/// of a TLS handshake, but only on this thread, never on one that is training.
/// </summary>
/// <remarks>
/// All of this thread's work is for unauthenticated connections. Its processor time is measured and charged to the budgets of
/// <see cref="AdmissionControl"/>. When they are overdrawn, the thread sleeps until they have recovered; waiting connections are then
/// served in turn, those from members' addresses first.
/// </remarks>
internal sealed unsafe class LaneListener : ILaneListener, IDisposable
{
    /// <summary>How long disposing waits for the listener's thread, which normally reacts immediately.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private const int MaxAcceptsPerRound = 64;

    /// <summary>The descriptors of the signal and the acceptor, which precede those of the connections.</summary>
    private const int OwnDescriptors = 2;

    private readonly SocketAcceptor _acceptor;
    private readonly UnauthenticatedGate _gate;
    private readonly AdmissionControl _control;
    private readonly TlsOptionsFactory? _tls;
    private readonly ILogger _logger;
    private readonly LaneRefusalLog _refusals;
    private readonly PendingLinks _links = new();
    private readonly AcceptorHandshakes _handshakes;
    private readonly LoopSignal _signal;
    private readonly Libc.PollDescriptor[] _descriptors;
    private readonly Thread _thread;
    private TimeSpan _acceptAfter;
    private volatile bool _stopping;

    /// <param name="acceptor">Accepts the connections; owned by the listener.</param>
    /// <param name="limits">The limits on what unauthenticated connections may cost.</param>
    /// <param name="tls">Creates the TLS options of each lane's handshake; null for lanes without TLS of their own.</param>
    /// <param name="logger">The logger of the transport.</param>
    /// <exception cref="IOException">The system could not create an eventfd.</exception>
    public LaneListener(SocketAcceptor acceptor, AdmissionLimits limits, TlsOptionsFactory? tls, ILogger logger)
    {
        _tls = tls;
        _gate = new UnauthenticatedGate(limits);
        _control = limits.Control;
        _logger = logger;
        _refusals = new LaneRefusalLog(logger, TimeProvider.System);
        _acceptor = acceptor;
        try
        {
            _signal = new LoopSignal();
        }
        catch
        {
            acceptor.Dispose();
            throw;
        }

        var timeout = tls is null ? limits.HelloTimeout : limits.HandshakeTimeout;
        _handshakes = new AcceptorHandshakes(_control, _links, timeout, logger, _refusals);
        _descriptors = new Libc.PollDescriptor[OwnDescriptors + limits.MaxConnections];
        _thread = new Thread(Run) { IsBackground = true, Name = $"lanes {acceptor.Place}" };
        _thread.Start();
    }

    public void Expect(PendingLink link) => _links.Add(link);

    public void Forget(PendingLink link) => _links.Remove(link);

    public void Dispose()
    {
        _stopping = true;
        _signal.Raise();
        if (Thread.CurrentThread != _thread && !_thread.Join(StopTimeout))
        {
            // The thread is delayed and cleans up when it continues, but the port must not remain open until then. Its remaining socket
            // calls throw; only its poll may see the descriptor's number after reuse, which is harmless.
            _acceptor.Dispose();
        }
    }

    private void Run()
    {
        var meter = new ThreadMeter();
        try
        {
            while (true)
            {
                _signal.PrepareToSleep();
                if (_stopping)
                {
                    return;
                }

                Sleep();
                _control.Handshakes.Charge(meter.Take(), LaneClock.Now);
                Accept(meter);
                _handshakes.Serve(meter);
            }
        }
        catch (ObjectDisposedException) when (_stopping)
        {
            // The socket was closed before this thread noticed that it should stop.
        }
        catch (Exception exception)
        {
            // An unhandled exception on this thread would end the process.
            TransportLog.ListenerFailed(_logger, exception, _acceptor.Place);
        }
        finally
        {
            _acceptor.Dispose();
            _handshakes.Dispose();
            _signal.Dispose();
        }
    }

    private void Sleep()
    {
        var now = LaneClock.Now;
        var pause = TimeSpan.FromTicks(Math.Max((_acceptAfter - now).Ticks, _control.Accepts.Wait(reserve: 0, now).Ticks));
        var wake = pause > TimeSpan.Zero ? pause : TimeSpan.MaxValue;
        _descriptors[0] = new Libc.PollDescriptor { Descriptor = _signal.Descriptor, Events = Libc.PollIn };
        _descriptors[1] = new Libc.PollDescriptor
        {
            Descriptor = _acceptor.Descriptor,
            Events = pause > TimeSpan.Zero ? (short)0 : Libc.PollIn
        };
        var count = _handshakes.Watch(_descriptors.AsSpan(OwnDescriptors), ref wake);
        var timeout = wake == TimeSpan.MaxValue ? -1 : Math.Max(0, (int)Math.Ceiling(wake.TotalMilliseconds));
        fixed (Libc.PollDescriptor* first = _descriptors)
        {
            _ = Libc.Poll(first, (nuint)(OwnDescriptors + count), timeout);
        }

        _signal.Awake(drain: _descriptors[0].Returned != 0);
        _handshakes.NoteReady(_descriptors.AsSpan(OwnDescriptors, count));
    }

    /// <summary>
    /// Accepts the connections that the kernel has queued. The gate decides before a byte is read, and may close an older connection in
    /// favour of a newer one.
    /// </summary>
    private void Accept(ThreadMeter meter)
    {
        // Bounded, so that connections already accepted get their turn while more keep coming.
        for (var accepts = 0; accepts < MaxAcceptsPerRound && LaneClock.Now >= _acceptAfter
            && _control.Accepts.Wait(reserve: 0, LaneClock.Now) == TimeSpan.Zero; accepts++)
        {
            try
            {
                if (!_acceptor.TryAccept(out var accepted))
                {
                    return;
                }

                Enter(accepted, meter);
            }
            catch (SocketException exception)
            {
                // Most likely the limit of open files was reached. That is temporary; the listener must survive it without spinning.
                _refusals.AcceptFailed(_acceptor.Place, exception);
                _acceptAfter = LaneClock.Now + AcceptPause;
                return;
            }
        }
    }

    private void Enter(in AcceptedConnection accepted, ThreadMeter meter)
    {
        AcceptorHandshake? handshake = null;
        if (_gate.TryEnter(accepted.Source, LaneClock.Now, () => _handshakes.TurnAway(handshake!)) is not { } place)
        {
            accepted.Refuse();
            _refusals.NotAdmitted(accepted.Remote);
            _control.Accepts.Charge(meter.Take(), LaneClock.Now);
            return;
        }

        // Only this thread takes places, so this place cannot be given away before the connection exists.
        try
        {
            var lane = _acceptor.ToLane(accepted);
            handshake = _handshakes.Add(_tls is null ? lane : TlsLane.Accept(lane, _tls), accepted.Remote, place);
        }
        catch (SocketException)
        {
            // The connection was reset while it waited in the queue. That must not delay others.
            place.Dispose();
        }

        _control.Charge(place, meter.Take(), LaneClock.Now);
    }
}
