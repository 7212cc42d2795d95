using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>Determines which addresses belong to this machine.</summary>
internal static class LocalAddresses
{
    /// <summary>Any port will do: connecting a datagram socket sends no packets and only consults the routing table.</summary>
    private const int DiscardPort = 9;

    /// <summary>Returns whether an address is in 127.0.0.0/8, is ::1, or is a primary or secondary address of an interface.</summary>
    public static bool IsLocal(IPAddress address) => IPAddress.IsLoopback(address) || Among([address]).Length > 0;

    /// <summary>Returns the addresses that are local, loopback last, so that the first is reachable from other hosts if any is.</summary>
    public static IPAddress[] Among(IReadOnlyCollection<IPAddress> addresses)
    {
        var own = Own();
        return [.. addresses.Where(address => IsIpv4Loopback(address) || own.Contains(Key(address))).OrderBy(IPAddress.IsLoopback)];
    }

    /// <summary>Returns whether a host refers to the connecting machine itself: a loopback address, or <c>localhost</c>.</summary>
    public static bool IsLoopback(string host)
    {
        var name = host.TrimEnd('.'); // A fully qualified name may end with a dot.
        return IPAddress.TryParse(name, out var address)
            ? IPAddress.IsLoopback(address)
            : name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Returns the local address of the route to the first reachable address.</summary>
    /// <param name="host">The host name used in messages.</param>
    /// <param name="addresses">The addresses, at least one.</param>
    /// <exception cref="MembershipException">No route leads to any of the addresses.</exception>
    public static IPAddress Towards(string host, IReadOnlyList<IPAddress> addresses)
    {
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
            MembershipError.Unreachable, $"No route leads to rank 0 at {host} ({addresses[0]}); check MASTER_ADDR.", failure);
    }

    private static bool IsIpv4Loopback(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(address);

    /// <summary>Returns the address without its scope id, which a resolved address may lack.</summary>
    private static string Key(IPAddress address) => Convert.ToHexString(address.GetAddressBytes());

    private static HashSet<string> Own()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                    .Select(address => Key(address.Address)),
            ];
        }
        catch (NetworkInformationException)
        {
            return []; // The interfaces are hidden by a sandbox, so the route decides.
        }
    }
}
