using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Lanes over raw TCP: a port of their own, one connection a lane.</summary>
internal sealed class TcpTransport(IPAddress address, StrangerLimits limits, ILogger logger) : LaneTransport
{
    /// <summary>An acceptor answers within a round trip; after this the attempt is given up and another link may be tried.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly TcpLaneListener _listener = new(address, limits, logger);

    public override int Port => _listener.Port;

    public override void Expect(PendingLink link) => _listener.Expect(link);

    public override void Forget(PendingLink link) => _listener.Forget(link);

    public override async Task<Lane> ConnectAsync(string host, int port, LinkKeys keys, ushort lane, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new LaneConnectException($"The name '{host}' of a peer cannot be resolved.", exception);
        }

        return await Task.Factory.StartNew(
            () => ConnectAny(addresses, host, port, keys, lane, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <summary>A name can have addresses of which not all are reachable: the first that answers is taken.</summary>
    private static TcpLane ConnectAny(IPAddress[] addresses, string host, int port, LinkKeys keys, ushort lane, CancellationToken cancellationToken)
    {
        LaneConnectException? failure = null;
        foreach (var address in addresses)
        {
            try
            {
                return new TcpLaneConnector(keys, lane, ConnectTimeout, cancellationToken).Connect(new IPEndPoint(address, port));
            }
            catch (LaneConnectException exception)
            {
                failure ??= exception;
            }
        }

        throw failure ?? new LaneConnectException($"The name '{host}' of a peer has no address.");
    }

    public override ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }
}
