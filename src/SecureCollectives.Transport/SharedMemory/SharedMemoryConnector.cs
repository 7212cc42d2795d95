using System.ComponentModel;
using System.Net.Sockets;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>Connects one memory lane.</summary>
/// <param name="name">The acceptor's socket.</param>
/// <param name="keys">The link's keys.</param>
/// <param name="lane">The lane's number.</param>
/// <param name="capacity">Bytes of a ring.</param>
/// <param name="tls">For a lane inside TLS of its own: makes the handshake's options.</param>
/// <param name="timeout">For all of it.</param>
/// <param name="cancellationToken">Ends the attempt.</param>
internal sealed class SharedMemoryConnector(
    string name, LinkKeys keys, ushort lane, int capacity, TlsOptionsFactory? tls, TimeSpan timeout, CancellationToken cancellationToken)
    : LaneConnector($"@{name}", keys, lane, tls, timeout, cancellationToken)
{
    protected override Lane Open()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(UnixAcceptor.EndPointOf(name));
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new UnixSocket(socket);
        try
        {
            return IntroducingLane.Connecting(connection, capacity);
        }
        catch (Win32Exception exception)
        {
            connection.Dispose();
            throw new LaneConnectException($"No memory can be shared: {exception.Message}.", exception);
        }
    }
}
