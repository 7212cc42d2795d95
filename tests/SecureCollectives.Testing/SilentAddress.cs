using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Testing;

/// <summary>
/// A loopback address and port that does not answer a SYN, like one behind a firewall: a listener whose backlog is full. Connecting to it
/// hangs.
/// </summary>
internal sealed class SilentAddress : IDisposable
{
    /// <summary>More connections than Linux queues for a backlog of 0.</summary>
    private const int Fillers = 4;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];

    /// <param name="address">An address in 127.0.0.0/8.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    public SilentAddress(IPAddress address, int port)
    {
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(0);
        for (var i = 0; i < Fillers; i++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _fillers.Add(filler);
            try
            {
                filler.Connect(EndPoint);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // Connecting has started and need not complete.
            }
        }
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public void Dispose()
    {
        _fillers.ForEach(filler => filler.Dispose());
        _listener.Dispose();
    }
}
