using System.Net;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Connects one TCP lane.</summary>
/// <param name="endPoints">The acceptor's addresses, at least one, in the order in which they are tried.</param>
/// <param name="keys">The link's keys.</param>
/// <param name="lane">The lane's number.</param>
/// <param name="tls">For a lane inside TLS of its own: makes the handshake's options.</param>
/// <param name="timeout">For all of it.</param>
/// <param name="cancellationToken">Ends the attempt.</param>
internal sealed class TcpLaneConnector(
    IReadOnlyList<IPEndPoint> endPoints, LinkKeys keys, ushort lane, TlsOptionsFactory? tls, TimeSpan timeout,
    CancellationToken cancellationToken)
    : LaneConnector(string.Join(" or ", endPoints), keys, lane, tls, timeout, cancellationToken)
{
    public TcpLaneConnector(
        IPEndPoint endPoint, LinkKeys keys, ushort lane, TlsOptionsFactory? tls, TimeSpan timeout, CancellationToken cancellationToken)
        : this([endPoint], keys, lane, tls, timeout, cancellationToken)
    {
    }

    /// <summary>The address that was connected; null before.</summary>
    public IPEndPoint? Connected { get; private set; }

    protected override Lane Open()
    {
        var (socket, endPoint) = new AddressRace(endPoints, PollSlice, ThrowIfOver).Connect();
        Connected = endPoint;
        return new TcpLane(socket);
    }
}
