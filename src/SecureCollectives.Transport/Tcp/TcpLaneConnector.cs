using System.Net;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Connects one TCP lane.</summary>
/// <param name="endPoints">The acceptor's addresses, at least one, in the order in which they are tried.</param>
/// <param name="keys">The keys of the link; not owned.</param>
/// <param name="lane">The lane's number within its link.</param>
/// <param name="tls">Creates the options of the TLS handshake; null for a lane without TLS of its own.</param>
/// <param name="timeout">The time limit for the connection and its handshakes together.</param>
/// <param name="cancellationToken">Cancels the attempt, which closes the connection.</param>
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

    /// <summary>The address to which the lane is connected; null before that.</summary>
    public IPEndPoint? Connected { get; private set; }

    protected override Lane Open()
    {
        var (socket, endPoint) = new AddressRace(endPoints, PollSlice, ThrowIfOver, TimeProvider.System).Connect();
        Connected = endPoint;
        return new TcpLane(socket);
    }
}
