using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives.Transport.Sockets;

/// <summary>
/// Accepts the connections of expected lanes, on a thread of its own with polled, never asynchronous, socket calls. Everyone else costs a
/// socket, 56 bytes and the time for a hello; where lanes run inside TLS, a handshake's memory and the time for it, on this one thread and
/// on none that trains.
/// </summary>
/// <remarks>
/// All that this thread does is done for connections that have proved nothing yet. Its processor time is measured and charged to the
/// budgets of <see cref="AdmissionControl"/>; when they are overdrawn it sleeps until time has paid for it, and those who wait are served
/// in turn: addresses of members first.
/// </remarks>
internal sealed unsafe class LaneListener : ILaneListener, IDisposable
{
    /// <summary>How long disposing waits for the listener's thread, which looks up at once.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private const int MaxAcceptsPerRound = 64;

    /// <summary>The signal's and the acceptor's, before those of connections.</summary>
    private const int OwnDescriptors = 2;

    private readonly SocketAcceptor _acceptor;
    private readonly UnauthenticatedGate _gate;
    private readonly AdmissionControl _control;
    private readonly TlsOptionsFactory? _tls;
    private readonly ILogger _logger;
    private readonly PendingLinks _links = new();
    private readonly AcceptorHandshakes _exchanges;
    private readonly LoopSignal _signal;
    private readonly Libc.PollDescriptor[] _descriptors;
    private readonly Thread _thread;
    private TimeSpan _acceptAfter;
    private volatile bool _stopping;

    /// <param name="acceptor">What it accepts from; the listener owns it.</param>
    /// <param name="limits">What unauthenticated connections may cost.</param>
    /// <param name="tls">Makes the options of each lane's TLS handshake; null for lanes without TLS of their own.</param>
    /// <param name="logger">Where it logs.</param>
    /// <exception cref="IOException">The system gives no eventfd.</exception>
    public LaneListener(SocketAcceptor acceptor, AdmissionLimits limits, TlsOptionsFactory? tls, ILogger logger)
    {
        _tls = tls;
        _gate = new UnauthenticatedGate(limits);
        _control = limits.Control;
        _logger = logger;
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

        _exchanges = new AcceptorHandshakes(_control, _links, tls is null ? limits.HelloTimeout : limits.HandshakeTimeout, logger);
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
            // The thread is held up, and clears up when it goes on; the port must not stay open until then. Whatever it still asks of the
            // socket throws, but for a look at the descriptor's readiness, which harms nobody who has the number by then.
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
                _exchanges.Serve(meter);
            }
        }
        catch (ObjectDisposedException) when (_stopping)
        {
            // The socket was closed before this thread saw that it should stop.
        }
        catch (Exception exception)
        {
            // An exception on this thread would end the process.
            TransportLog.ListenerFailed(_logger, exception, _acceptor.Place);
        }
        finally
        {
            _acceptor.Dispose();
            _exchanges.Dispose();
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
        var count = _exchanges.Watch(_descriptors.AsSpan(OwnDescriptors), ref wake);
        var timeout = wake == TimeSpan.MaxValue ? -1 : Math.Max(0, (int)Math.Ceiling(wake.TotalMilliseconds));
        fixed (Libc.PollDescriptor* first = _descriptors)
        {
            _ = Libc.Poll(first, (nuint)(OwnDescriptors + count), timeout);
        }

        _signal.Awake(drain: _descriptors[0].Returned != 0);
        _exchanges.NoteReady(_descriptors.AsSpan(OwnDescriptors, count));
    }

    /// <summary>
    /// Takes what the kernel has queued. The gate decides before a byte is read, and may put an older connection out for a newer one.
    /// </summary>
    private void Accept(ThreadMeter meter)
    {
        // Bounded, so that those already accepted get their turn while more keep coming.
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
                // The limit of open files, most likely: it passes, and the listener must outlive it without spinning.
                TransportLog.AcceptFailed(_logger, exception, _acceptor.Place);
                _acceptAfter = LaneClock.Now + AcceptPause;
                return;
            }
        }
    }

    private void Enter(in AcceptedConnection accepted, ThreadMeter meter)
    {
        AcceptorHandshake? exchange = null;
        if (_gate.TryEnter(accepted.Source, LaneClock.Now, () => _exchanges.TurnAway(exchange!)) is not { } place)
        {
            accepted.Refuse();
            TransportLog.UnauthenticatedConnectionWasClosed(_logger, accepted.Remote);
            TransportMetrics.Refused("admission");
            _control.Accepts.Charge(meter.Take(), LaneClock.Now);
            return;
        }

        // Places are taken on this thread alone: nobody takes this one before the connection is there.
        try
        {
            var lane = _acceptor.ToLane(accepted);
            exchange = _exchanges.Add(_tls is null ? lane : TlsLane.Accept(lane, _tls), accepted.Remote, place);
        }
        catch (SocketException)
        {
            // Reset while it waited in the queue. That is its own end and no reason to make others wait.
            place.Dispose();
        }

        _control.Charge(place, meter.Take(), LaneClock.Now);
    }
}
