using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Tcp;

/// <summary>
/// Connects to whichever address of a peer answers first (RFC 8305, section 5): attempts start 250 ms apart, or at once when the one before
/// has failed, and run side by side; when one succeeds the others are closed. With polled calls, as lanes need it.
/// </summary>
/// <param name="endPoints">The addresses to connect to, at least one, in the order in which they are tried.</param>
/// <param name="pollSlice">How long a poll may delay the check.</param>
/// <param name="check">Called before each poll; throws when the race must end.</param>
internal sealed unsafe class AddressRace(IReadOnlyList<IPEndPoint> endPoints, TimeSpan pollSlice, Action check)
{
    /// <summary>Time between two attempts: the default of RFC 8305, section 8.</summary>
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    private readonly List<(Socket Socket, IPEndPoint EndPoint)> _running = [];
    private SocketException? _failure;

    /// <summary>Makes the socket of an attempt; tests bind it.</summary>
    public Func<AddressFamily, Socket> Open { private get; init; } =
        static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp);

    /// <returns>A connected, non-blocking socket, which the caller owns, and its remote address.</returns>
    /// <exception cref="SocketException">No address could be connected.</exception>
    public (Socket Socket, IPEndPoint EndPoint) Connect()
    {
        try
        {
            var (next, started) = (0, 0L);
            while (true)
            {
                check();
                if (next < endPoints.Count && (_running.Count == 0 || Stopwatch.GetElapsedTime(started) >= Stagger))
                {
                    started = Stopwatch.GetTimestamp();
                    if (Start(endPoints[next++]) is { } connected)
                    {
                        return connected;
                    }
                }
                else if (_running.Count == 0)
                {
                    throw _failure!;
                }
                else if (Poll() is { } connected)
                {
                    return connected;
                }
            }
        }
        finally
        {
            foreach (var (socket, _) in _running)
            {
                socket.Dispose();
            }
        }
    }

    /// <returns>The socket if it is connected at once; null if the attempt is still running or has failed.</returns>
    private (Socket Socket, IPEndPoint EndPoint)? Start(IPEndPoint endPoint)
    {
        Socket? socket = null;
        try
        {
            socket = Open(endPoint.AddressFamily);
            socket.Blocking = false;
            socket.Connect(endPoint);
            return Finish(socket, endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            _running.Add((socket!, endPoint));
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            _failure ??= exception;
        }

        return null;
    }

    /// <summary>Waits a little, and takes the attempts that have ended.</summary>
    private (Socket Socket, IPEndPoint EndPoint)? Poll()
    {
        var wanted = stackalloc Libc.PollDescriptor[_running.Count];
        for (var i = 0; i < _running.Count; i++)
        {
            wanted[i] = new Libc.PollDescriptor { Descriptor = (int)_running[i].Socket.Handle, Events = Libc.PollOut };
        }

        if (Libc.Poll(wanted, (nuint)_running.Count, (int)pollSlice.TotalMilliseconds) <= 0)
        {
            return null;
        }

        for (var i = _running.Count - 1; i >= 0; i--)
        {
            if (wanted[i].Returned == 0)
            {
                continue;
            }

            var (socket, endPoint) = _running[i];
            _running.RemoveAt(i);
            var error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error == 0 && Finish(socket, endPoint) is { } connected)
            {
                return connected;
            }

            if (error != 0)
            {
                socket.Dispose();
                _failure ??= new SocketException(error);
            }
        }

        return null;
    }

    /// <summary>
    /// Where nobody listens at a port of this host that outgoing connections are given, the kernel may choose that very port for this
    /// connection, which then meets itself (RFC 9293, section 3.5). It is reset, so that no TIME-WAIT keeps the port from a listener.
    /// </summary>
    private (Socket Socket, IPEndPoint EndPoint)? Finish(Socket socket, IPEndPoint endPoint)
    {
        if (!endPoint.Equals(socket.LocalEndPoint))
        {
            return (socket, endPoint);
        }

        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        _failure ??= new SocketException((int)SocketError.ConnectionRefused);
        return null;
    }
}
