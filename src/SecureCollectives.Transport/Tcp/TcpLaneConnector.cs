using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Connects one TCP lane with polled socket calls, which keep the socket away from .NET's epoll engine. Blocks its thread for a bounded time.</summary>
/// <param name="keys">The link's keys.</param>
/// <param name="lane">The lane's number.</param>
/// <param name="tls">For a lane inside TLS of its own: makes the handshake's options.</param>
/// <param name="timeout">For all of it.</param>
/// <param name="cancellationToken">Ends the attempt.</param>
internal sealed unsafe class TcpLaneConnector(LinkKeys keys, ushort lane, TlsOptionsFactory? tls, TimeSpan timeout, CancellationToken cancellationToken)
{
    /// <summary>How long a poll may delay the token.</summary>
    private static readonly TimeSpan PollSlice = TimeSpan.FromMilliseconds(50);

    private readonly long _started = Stopwatch.GetTimestamp();

    /// <param name="endPoint">One of the acceptor's addresses.</param>
    /// <param name="peer">Who must answer.</param>
    /// <exception cref="LaneConnectException">No connection, or no proof of the acceptor in time.</exception>
    public Lane Connect(IPEndPoint endPoint, PeerIdentity peer)
    {
        Lane? connection = null;
        try
        {
            connection = Open(endPoint);
            if (tls is not null)
            {
                connection = TlsLane.Connect(connection, tls, peer);
            }

            var greeting = new Greeting(connection, keys, lane, endPoint.ToString());
            while (!greeting.TryFinish())
            {
                Wait(connection.Descriptor, (short)(Libc.PollIn | (connection.HoldsBytes ? Libc.PollOut : 0)), endPoint);
            }

            return connection;
        }
        catch (SocketException exception)
        {
            connection?.Dispose();
            throw new LaneConnectException($"A lane to {endPoint} could not be connected: {exception.Message}.", exception);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    private TcpLane Open(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            FinishOpening(socket, endPoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new TcpLane(socket);
    }

    private void FinishOpening(Socket socket, IPEndPoint endPoint)
    {
        try
        {
            Wait((int)socket.Handle, Libc.PollOut, endPoint);
            var error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error != 0)
            {
                throw new SocketException(error);
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Wait(int descriptor, short events, IPEndPoint endPoint)
    {
        var wanted = new Libc.PollDescriptor { Descriptor = descriptor, Events = events };
        do
        {
            // Also where something comes all the time: an acceptor that sends a byte now and then is as late as one that is silent.
            cancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(_started) > timeout)
            {
                throw new LaneConnectException($"A lane to {endPoint} was not confirmed within {timeout.TotalSeconds:0.#} s.");
            }
        }
        while (Libc.Poll(&wanted, 1, (int)PollSlice.TotalMilliseconds) <= 0);
    }
}
