using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>Finds the address of this machine that peers can reach.</summary>
internal static class LocalAddress
{
    /// <summary>Any port does: connecting a datagram socket sends nothing, it only asks the routing table.</summary>
    private const int DiscardPort = 9;

    /// <summary>The local address from which the master is reached.</summary>
    /// <exception cref="MembershipException">The name cannot be resolved, or no route leads to it.</exception>
    public static async Task<IPAddress> TowardsAsync(string master, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(master, timeout, cancellationToken).ConfigureAwait(false);
        SocketException? failure = null;
        foreach (var address in addresses)
        {
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Connect(address, DiscardPort);
                return ((IPEndPoint)socket.LocalEndPoint!).Address;
            }
            catch (SocketException exception)
            {
                failure ??= exception;
            }
        }

        throw new MembershipException(
            MembershipError.Unreachable, $"No route leads to rank 0 at {master} ({addresses[0]}); check MASTER_ADDR.", failure);
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, limit.Token).ConfigureAwait(false);
            if (addresses.Length > 0)
            {
                return addresses;
            }
        }
        catch (SocketException exception)
        {
            throw NotResolved(host, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotResolved(host, exception);
        }

        throw NotResolved(host, null);
    }

    private static MembershipException NotResolved(string host, Exception? exception) =>
        new(MembershipError.Configuration, $"The name '{host}' of rank 0 cannot be resolved; check MASTER_ADDR.", exception);
}
