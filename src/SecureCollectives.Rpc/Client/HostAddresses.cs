using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>Looks up the addresses of a host, in the order in which to try them.</summary>
internal static class HostAddresses
{
    /// <summary>The maximum number of addresses tried per name. A name with more is a mistake or an attack on its callers.</summary>
    public const int MaxCount = 16;

    /// <summary>
    /// The time limit for one lookup. A resolver waits 5 s for its first server before it asks the second; this limit allows for both.
    /// </summary>
    public static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(12);

    /// <summary>Queries the system's resolver.</summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var literal)
            ? [literal]
            : InOrder(await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false));

    /// <summary>Queries a resolver once, for at most <see cref="LookupTimeout"/>.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="resolve">The resolver, such as <see cref="ResolveAsync"/>.</param>
    /// <param name="clock">Measures the time limit.</param>
    /// <param name="cancellationToken">Cancels the lookup.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async Task<HostLookup> TryResolveAsync(
        string host,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(LookupTimeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            // The system's resolver ignores the token once the lookup has started.
            var addresses = await resolve(host, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            return addresses.Length > 0 ? new HostLookup(addresses, null, null) : new HostLookup([], "it has no address", null);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return new HostLookup([], exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new HostLookup([], $"the name service did not answer within {LookupTimeout.TotalSeconds:0.#} s", exception);
        }
    }

    /// <summary>
    /// Orders addresses to alternate between the address families, starting with the family of the first address (RFC 8305, section 4): if
    /// one family is unreachable, the second attempt already uses the other. Within a family, the resolver's order is kept.
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
