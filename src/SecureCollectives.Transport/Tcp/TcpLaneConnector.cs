using System.Net;
using System.Net.Sockets;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Connects one TCP lane.</summary>
/// <param name="endPoint">One of the acceptor's addresses.</param>
/// <param name="keys">The link's keys.</param>
/// <param name="lane">The lane's number.</param>
/// <param name="tls">For a lane inside TLS of its own: makes the handshake's options.</param>
/// <param name="timeout">For all of it.</param>
/// <param name="cancellationToken">Ends the attempt.</param>
internal sealed class TcpLaneConnector(
    IPEndPoint endPoint, LinkKeys keys, ushort lane, TlsOptionsFactory? tls, TimeSpan timeout, CancellationToken cancellationToken)
    : LaneConnector(endPoint.ToString(), keys, lane, tls, timeout, cancellationToken)
{
    protected override Lane Open()
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        Open(socket, endPoint);
        return new TcpLane(socket);
    }
}
