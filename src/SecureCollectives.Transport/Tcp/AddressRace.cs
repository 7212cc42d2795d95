using System.Net;
using System.Net.Sockets;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Tcp;

/// <summary>
/// Connects to whichever address of a peer answers first. Attempts start according to <see cref="AttemptSchedule"/> and run in parallel;
/// when one succeeds, the others are closed. Uses polled calls, as lanes do. Serves one call.
/// </summary>
/// <param name="endPoints">At least one address, in the order in which they are tried.</param>
/// <param name="pollSlice">The longest time for which a poll delays the check.</param>
/// <param name="check">Throws when the race must end.</param>
/// <param name="clock">Measures the time between attempts.</param>
internal sealed unsafe class AddressRace(IReadOnlyList<IPEndPoint> endPoints, TimeSpan pollSlice, Action check, TimeProvider clock)
{
    private readonly AttemptSchedule _schedule = new(endPoints.Count, clock);
    private readonly List<(Socket Socket, IPEndPoint EndPoint)> _running = [];
    private SocketException? _failure;

    /// <summary>Creates the socket of an attempt; tests bind it.</summary>
    public Func<AddressFamily, Socket> Open { private get; init; } =
        static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp);

    /// <returns>A connected non-blocking socket and its address.</returns>
    /// <exception cref="SocketException">No address could be reached.</exception>
    public (Socket Socket, IPEndPoint EndPoint) Connect()
    {
        try
        {
            while (!_schedule.IsOver)
            {
                check();
                var isDue = _schedule.Wait == TimeSpan.Zero;
                if ((isDue ? Start(endPoints[_schedule.StartNext()]) : Poll()) is { } connected)
                {
                    return connected;
                }
            }

            throw _failure!;
        }
        finally
        {
            foreach (var (socket, _) in _running)
            {
                socket.Dispose();
            }
        }
    }

    /// <returns>The socket if it connects immediately.</returns>
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
            Fail(exception);
        }

        return null;
    }

    /// <summary>Waits for at most one slice, and takes the attempts that have ended.</summary>
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
                Fail(new SocketException(error));
            }
        }

        return null;
    }

    private (Socket Socket, IPEndPoint EndPoint)? Finish(Socket socket, IPEndPoint endPoint)
    {
        if (!SelfConnection.TryReset(socket, endPoint))
        {
            return (socket, endPoint);
        }

        Fail(new SocketException((int)SocketError.ConnectionRefused));
        return null;
    }

    /// <summary>The first failure is reported if no address can be reached.</summary>
    private void Fail(SocketException exception)
    {
        _failure ??= exception;
        _schedule.Fail();
    }
}
