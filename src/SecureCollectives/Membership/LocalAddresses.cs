using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>Which addresses are those of this machine.</summary>
internal static class LocalAddresses
{
    /// <summary>Any port does: connecting a datagram socket sends nothing, it only asks the routing table.</summary>
    private const int DiscardPort = 9;

    /// <summary>All of 127.0.0.0/8, ::1, and whatever an interface has, secondary addresses included.</summary>
    public static bool IsLocal(IPAddress address) => IPAddress.IsLoopback(address) || Among([address]).Length > 0;

    /// <summary>Those that are local, loopback ones last: others can reach the first if they can reach any.</summary>
    public static IPAddress[] Among(IReadOnlyCollection<IPAddress> addresses)
    {
        var own = Own();
        return [.. addresses.Where(address => IsIpv4Loopback(address) || own.Contains(Key(address))).OrderBy(IPAddress.IsLoopback)];
    }

    /// <summary>A host that is this machine itself to whoever connects to it: a loopback address, or <c>localhost</c>.</summary>
    public static bool IsLoopback(string host)
    {
        var name = host.TrimEnd('.'); // The root's dot, with which a name is written in full.
        return IPAddress.TryParse(name, out var address)
            ? IPAddress.IsLoopback(address)
            : name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The local address from which one of the others is reached.</summary>
    /// <param name="host">Names them in messages.</param>
    /// <param name="addresses">At least one.</param>
    /// <exception cref="MembershipException">No route leads to any.</exception>
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

    /// <summary>Without the scope, which an address from a name may lack.</summary>
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
            return []; // A sandbox that hides them: the route decides.
        }
    }
}
