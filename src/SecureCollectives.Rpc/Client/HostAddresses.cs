using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>The addresses of a host, in the order in which they are tried.</summary>
internal static class HostAddresses
{
    /// <summary>Addresses of one name that are tried; a name with more is a mistake or an attack on whoever resolves it.</summary>
    public const int MaxCount = 16;

    /// <summary>Asks the system's resolver.</summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var literal)
            ? [literal]
            : InOrder(await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Address families take turns, beginning with that of the first address (RFC 8305, section 4): where one family leads nowhere, the
    /// second attempt already uses the other. Within a family the resolver's order stays.
    /// </summary>
    public static IPAddress[] InOrder(IReadOnlyCollection<IPAddress> addresses)
    {
        var families = addresses.Distinct().GroupBy(address => address.AddressFamily).Select(family => family.ToArray()).ToArray();
        var longest = families.Length == 0 ? 0 : families.Max(family => family.Length);
        return
        [
            .. Enumerable.Range(0, longest)
                .SelectMany(place => families.Where(family => place < family.Length).Select(family => family[place]))
                .Take(MaxCount),
        ];
    }
}
