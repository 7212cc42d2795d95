using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SecureCollectives.Framing;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives.Transport.Tcp;

/// <summary>
/// Accepts the TCP connections of expected lanes, on a thread of its own with polled, never asynchronous, socket calls. Everyone else costs a socket, 56 bytes
/// and the time for a hello; where lanes run inside TLS, a handshake's memory and the time for it, on this one thread and on none that trains.
/// </summary>
internal sealed unsafe class TcpLaneListener : IDisposable
{
    /// <summary>How long disposing waits for the listener's thread, which looks up at once.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private const int MaxAcceptsPerRound = 64;

    private readonly Socket _socket;
    private readonly StrangerGate _gate;
    private readonly TlsOptionsFactory? _tls;
    private readonly TimeSpan _helloTimeout;
    private readonly ILogger _logger;
    private readonly PendingLinks _links = new();
    private readonly List<HelloExchange> _exchanges = [];
    private readonly LoopSignal _signal = new();
    private readonly Libc.PollDescriptor[] _descriptors;
    private readonly Thread _thread;
    private TimeSpan _acceptAfter;
    private volatile bool _stopping;

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public TcpLaneListener(IPAddress address, StrangerLimits limits, TlsOptionsFactory? tls, ILogger logger)
    {
        _tls = tls;
        _helloTimeout = tls is null ? limits.HelloTimeout : limits.HandshakeTimeout;
        _gate = new StrangerGate(limits);
        _logger = logger;
        _descriptors = new Libc.PollDescriptor[limits.MaxConnections + 2];
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(new IPEndPoint(address, 0));
            _socket.Listen(limits.MaxConnections);
            _socket.Blocking = false;
            Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        }
        catch
        {
            _socket.Dispose();
            _signal.Dispose();
            throw;
        }

        _thread = new Thread(Run) { IsBackground = true, Name = $"lanes :{Port}" };
        _thread.Start();
    }

    public int Port { get; }

    public void Expect(PendingLink link) => _links.Add(link);

    public void Forget(PendingLink link) => _links.Remove(link);

    public void Dispose()
    {
        _stopping = true;
        _signal.Raise();
        if (Thread.CurrentThread != _thread && !_thread.Join(StopTimeout))
        {
            // The thread is held up, and clears up when it goes on; the port must not stay open until then. Whatever it still asks of the socket throws, but for a look
            // at the descriptor's readiness, which harms nobody who has the number by then.
            _socket.Dispose();
        }
    }

    private static TimeSpan Now() => Stopwatch.GetElapsedTime(0);

    private void Run()
    {
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
                Accept();
                Receive();
            }
        }
        catch (ObjectDisposedException) when (_stopping)
        {
            // The socket was closed before this thread saw that it should stop.
        }
        catch (Exception exception)
        {
            // An exception on this thread would end the process.
            TransportLog.ListenerFailed(_logger, exception, Port);
        }
        finally
        {
            _socket.Dispose();
            _exchanges.ForEach(exchange => exchange.Dispose());
            _signal.Dispose();
        }
    }

    private void Sleep()
    {
        var count = 0;
        _descriptors[count++] = new Libc.PollDescriptor { Descriptor = _signal.Descriptor, Events = Libc.PollIn };
        var pause = _acceptAfter - Now();
        var timeout = pause > TimeSpan.Zero ? (int)Math.Ceiling(pause.TotalMilliseconds) : -1;
        _descriptors[count++] = new Libc.PollDescriptor { Descriptor = (int)_socket.Handle, Events = timeout < 0 ? Libc.PollIn : (short)0 };
        foreach (var exchange in _exchanges)
        {
            _descriptors[count++] = new Libc.PollDescriptor
            {
                Descriptor = exchange.Connection.Descriptor,
                Events = (short)(Libc.PollIn | (exchange.Connection.HoldsBytes ? Libc.PollOut : 0)),
            };
            var left = Math.Max(0, (int)Math.Ceiling((exchange.Deadline - Now()).TotalMilliseconds));
            timeout = timeout < 0 ? left : Math.Min(timeout, left);
        }

        fixed (Libc.PollDescriptor* first = _descriptors)
        {
            _ = Libc.Poll(first, (nuint)count, timeout);
        }

        _signal.Awake(drain: _descriptors[0].Returned != 0);
    }

    /// <summary>Takes what the kernel has queued. The gate decides before a byte is read, and may put an older stranger out for a newer one.</summary>
    private void Accept()
    {
        // Bounded, so that those already accepted get their turn while more keep coming.
        for (var accepts = 0; accepts < MaxAcceptsPerRound && Now() >= _acceptAfter && _socket.Poll(0, SelectMode.SelectRead); accepts++)
        {
            Socket accepted;
            TcpLane lane;
            try
            {
                accepted = _socket.Accept();
                lane = new TcpLane(accepted);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                return;
            }
            catch (SocketException exception)
            {
                // The limit of open files, most likely: it passes, and the listener must outlive it without spinning.
                TransportLog.AcceptFailed(_logger, exception, Port);
                _acceptAfter = Now() + AcceptPause;
                return;
            }

            var remote = (IPEndPoint)accepted.RemoteEndPoint!;
            var exchange = new HelloExchange(_tls is null ? lane : TlsLane.Accept(lane, _tls), remote, Now() + _helloTimeout);
            exchange.Place = _gate.TryEnter(remote.Address, Now(), () => TurnAway(exchange));
            if (exchange.Place is null)
            {
                TransportLog.StrangerWasTurnedAway(_logger, remote);
                exchange.Dispose();
                continue;
            }

            _exchanges.Add(exchange);
        }
    }

    /// <summary>Called by the gate on this thread, from <see cref="Accept"/>.</summary>
    private void TurnAway(HelloExchange exchange)
    {
        TransportLog.StrangerWasTurnedAway(_logger, exchange.Remote);
        _exchanges.Remove(exchange);
        exchange.Dispose();
    }

    private void Receive()
    {
        for (var i = _exchanges.Count - 1; i >= 0; i--)
        {
            var exchange = _exchanges[i];
            switch (exchange.Receive())
            {
                case LaneOutcome.WouldBlock when Now() < exchange.Deadline:
                    continue;
                case LaneOutcome.WouldBlock:
                    TransportLog.HelloWasLate(_logger, exchange.Remote, _helloTimeout.TotalSeconds);
                    exchange.Dispose();
                    break;
                case LaneOutcome.Moved:
                    Judge(exchange);
                    break;
                default:
                    LogEnd(exchange);
                    exchange.Dispose();
                    break;
            }

            _exchanges.RemoveAt(i);
        }
    }

    private void Judge(HelloExchange exchange)
    {
        Span<byte> answer = stackalloc byte[LaneHello.AnswerLength];
        var status = _links.Verify(exchange.Hello, exchange.Connection.PeerLeafHash.Span, answer, out var link, out var lane);

        // A fresh connection's send buffer holds the 32 bytes; should it not, the peer is none we want to wait for.
        if (status == HelloStatus.Ok && exchange.Connection.TrySend(answer, default, out var sent) == LaneOutcome.Moved && sent == answer.Length)
        {
            exchange.Place!.Authenticated();
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
            TransportLog.HelloWasRefused(_logger, exchange.Remote, status);
        }

        exchange.Dispose();
    }

    private void Attach(PendingLink link, ushort lane, HelloExchange exchange)
    {
        try
        {
            link.Attach(lane, exchange.Connection);
            TransportLog.LaneWasConnected(_logger, lane, exchange.Remote);
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException or ObjectDisposedException or SocketException)
        {
            // A suite that this machine's OpenSSL refuses, or a link given up this moment: the end of this connection and of nothing else.
            TransportLog.LaneWasNotAttached(_logger, exception, lane, exchange.Remote);
            exchange.Dispose();
        }
    }

    private void LogEnd(HelloExchange exchange)
    {
        if (exchange.Connection.Fault is { } fault)
        {
            TransportLog.ConnectionWasRefused(_logger, exchange.Remote, fault);
        }
        else
        {
            TransportLog.ConnectionEndedBeforeHello(_logger, exchange.Remote);
        }
    }
}
