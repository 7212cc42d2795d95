using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Testing;

/// <summary>An outsider's unauthenticated TCP connection.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private RawConnection()
    {
    }

    public IPEndPoint Local { get; private set; } = new(IPAddress.Any, 0);

    /// <param name="port">The port on this machine.</param>
    /// <param name="source">The source address; all of 127.0.0.0/8 is this machine.</param>
    public static async Task<RawConnection> OpenAsync(int port, IPAddress? source = null)
    {
        var connection = new RawConnection();
        connection._socket.Bind(new IPEndPoint(source ?? IPAddress.Loopback, 0));
        connection.Local = (IPEndPoint)connection._socket.LocalEndPoint!;
        try
        {
            await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The peer reset the connection before this side noticed that it was connected; nothing can be sent or received.
        }

        return connection;
    }

    /// <summary>Sends as much as the other side accepts before it closes.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await _socket.SendAsync(bytes.AsMemory(sent));
            }
        }
        catch (SocketException)
        {
            // The other side closed, which most tests with this class expect.
        }
    }

    /// <summary>Returns all bytes received until the other side closes or resets; fails after the limit.</summary>
    public async Task<byte[]> ReadToEndAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        using var received = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, deadline.Token) is > 0 and var count)
            {
                received.Write(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // A reset: the other side had unread data.
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The connection was still open after {limit.TotalSeconds} s.");
        }

        return received.ToArray();
    }

    public async Task<byte[]> ReadExactlyAsync(int count, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        var bytes = new byte[count];
        for (var received = 0; received < count;)
        {
            var more = await _socket.ReceiveAsync(bytes.AsMemory(received), deadline.Token);
            received += more > 0 ? more : throw new EndOfStreamException($"The connection ended after {received} of {count} bytes.");
        }

        return bytes;
    }

    public void Dispose() => _socket.Dispose();
}
