using System.ComponentModel;
using System.Net.Sockets;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>Connects one memory lane.</summary>
/// <param name="name">The acceptor's name in the abstract namespace of Unix sockets, without the leading NUL.</param>
/// <param name="keys">The keys of the link; not owned.</param>
/// <param name="lane">The lane's number within its link.</param>
/// <param name="capacity">The size of each of the lane's two rings, in bytes.</param>
/// <param name="tls">Creates the options of the TLS handshake; null for a lane without TLS of its own.</param>
/// <param name="timeout">The time limit for the connection and its handshakes together.</param>
/// <param name="cancellationToken">Cancels the attempt, which closes the connection.</param>
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
            throw new LaneConnectException($"Could not share memory: {exception.Message}.", exception);
        }
    }
}
