using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Connects one TCP lane with polled socket calls, which keep the socket away from .NET's epoll engine. Blocks its thread for a bounded time.</summary>
internal sealed class TcpLaneConnector(LinkKeys keys, ushort lane, TimeSpan timeout, CancellationToken cancellationToken)
{
    /// <summary>How long a poll may delay the token.</summary>
    private static readonly TimeSpan PollSlice = TimeSpan.FromMilliseconds(50);

    private readonly long _started = Stopwatch.GetTimestamp();

    /// <exception cref="LaneConnectException">No connection, or no proof of the acceptor in time.</exception>
    public TcpLane Connect(IPEndPoint acceptor)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(acceptor.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, NoDelay = true };
            Open(socket, acceptor);
            Greet(socket, acceptor);
            return new TcpLane(socket);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new LaneConnectException($"A lane to {acceptor} could not be connected: {exception.Message}.", exception);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    private void Open(Socket socket, IPEndPoint acceptor)
    {
        try
        {
            socket.Connect(acceptor);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            Wait(socket, SelectMode.SelectWrite, acceptor);
            var error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error != 0)
            {
                throw new SocketException(error);
            }
        }
    }

    private void Greet(Socket socket, IPEndPoint acceptor)
    {
        Span<byte> hello = stackalloc byte[LaneHello.Length];
        keys.WriteHello(lane, hello);
        if (socket.Send(hello, SocketFlags.None, out var error) != hello.Length)
        {
            throw new LaneConnectException($"A lane to {acceptor} could not be opened: its connection took no hello ({error}).");
        }

        Span<byte> answer = stackalloc byte[LaneHello.AnswerLength];
        for (var received = 0; received < answer.Length;)
        {
            var count = socket.Receive(answer[received..], SocketFlags.None, out error);
            if (error == SocketError.WouldBlock)
            {
                Wait(socket, SelectMode.SelectRead, acceptor);
            }
            else if (error != SocketError.Success || count == 0)
            {
                throw new LaneConnectException($"A lane to {acceptor} was closed before it was confirmed; the acceptor's log says why.");
            }
            else
            {
                received += count;
            }
        }

        if (keys.VerifyAnswer(lane, hello, answer) != HelloStatus.Ok)
        {
            throw new LaneConnectException($"Whoever answers at {acceptor} does not hold the keys of this link: it is not the peer.");
        }
    }

    private void Wait(Socket socket, SelectMode mode, IPEndPoint acceptor)
    {
        while (!socket.Poll(PollSlice, mode))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(_started) > timeout)
            {
                throw new LaneConnectException($"A lane to {acceptor} was not confirmed within {timeout.TotalSeconds:0.#} s.");
            }
        }
    }
}
