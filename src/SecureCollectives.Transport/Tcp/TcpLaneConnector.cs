using System.Net;
using System.Net.Sockets;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Connects one TCP lane.</summary>
/// <param name="endPoint">One of the acceptor's addresses.</param>
/// <param name="keys">The keys of the link; not owned.</param>
/// <param name="lane">The number of the lane in its link.</param>
/// <param name="tls">Creates the options of the TLS handshake; null for a lane without TLS of its own.</param>
/// <param name="timeout">The time limit for the connection and its handshakes together.</param>
/// <param name="cancellationToken">Cancels the attempt.</param>
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
