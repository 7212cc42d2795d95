using System.Net;
using System.Net.Sockets;
using SecureCollectives.Framing;
using SecureCollectives.Security.Admission;

namespace SecureCollectives.Transport.Tcp;

/// <summary>An accepted connection that has not proved anything yet: a socket, a buffer for one hello, a deadline.</summary>
internal sealed class HelloExchange(Socket socket, IPEndPoint remote, TimeSpan deadline) : IDisposable
{
    private readonly byte[] _hello = new byte[LaneHello.Length];
    private int _received;

    public Socket Socket { get; } = socket;

    public IPEndPoint Remote { get; } = remote;

    /// <summary>When its hello must be complete, on the listener's clock.</summary>
    public TimeSpan Deadline { get; } = deadline;

    /// <summary>Its place among the strangers.</summary>
    public Stranger? Place { get; set; }

    /// <summary>The hello, once <see cref="Receive"/> said that it is complete.</summary>
    public ReadOnlySpan<byte> Hello => _hello;

    /// <summary>Reads what is there, and never more than one hello.</summary>
    /// <returns>True: complete. Null: more must come. False: the connection ended.</returns>
    public bool? Receive()
    {
        while (_received < _hello.Length)
        {
            var count = Socket.Receive(_hello.AsSpan(_received), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return null;
            }

            if (error != SocketError.Success || count == 0)
            {
                return false;
            }

            _received += count;
        }

        return true;
    }

    /// <summary>Closes the connection, unless a lane took it over and <see cref="Socket"/> with it.</summary>
    public void Dispose()
    {
        Place?.Dispose();
        Socket.Dispose();
    }
}
