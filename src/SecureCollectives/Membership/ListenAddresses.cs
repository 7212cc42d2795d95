using System.Net;

namespace SecureCollectives.Membership;

/// <summary>Where a worker listens, and what it tells its peers.</summary>
/// <param name="Control">The local addresses of its control endpoint, at least one.</param>
/// <param name="Advertised">The host by which peers reach it.</param>
internal sealed record ListenAddresses(IPAddress[] Control, string Advertised)
{
    /// <summary>Addresses of one name that rank 0 listens at.</summary>
    private const int MaxControl = 8;

    /// <summary>The local address of the ports for lanes.</summary>
    public IPAddress Lanes => Control[0];

    /// <summary>Whether no other host can reach any of them.</summary>
    public bool IsLoopbackOnly => Array.TrueForAll(Control, IPAddress.IsLoopback);

    /// <summary>
    /// Of rank 0: the addresses of MASTER_ADDR that are this machine's, for that is where the others look; where none is, because something
    /// in between translates them, the one from which MASTER_ADDR is reached.
    /// </summary>
    /// <param name="options">The worker's.</param>
    /// <param name="master">The addresses of MASTER_ADDR.</param>
    /// <exception cref="MembershipException">No route leads to rank 0.</exception>
    public static ListenAddresses OfMaster(JobOptions options, IPAddress[] master)
    {
        var local = LocalAddresses.Among(master);
        if (local.Length == 0)
        {
            return Of(options, LocalAddresses.Towards(options.MasterAddress, master));
        }

        // The system's choice of a port holds for one address only.
        var count = options.MasterPort == 0 ? 1 : MaxControl;
        return options.BindAddress is null
            ? new ListenAddresses([.. local.Take(count)], options.AdvertisedAddress ?? local[0].ToString())
            : Of(options, local[0]);
    }

    /// <summary>
    /// Of a worker whose options say where to listen and what to tell its peers; null where that follows from its route to rank 0.
    /// </summary>
    public static ListenAddresses? Given(JobOptions options) =>
        options.BindAddress is { } text && IPAddress.Parse(text) is var bind && (options.AdvertisedAddress is not null || !IsWildcard(bind))
            ? Of(options, bind)
            : null;

    /// <summary>Of any worker.</summary>
    /// <param name="options">The worker's.</param>
    /// <param name="local">The local address from which rank 0 is reached.</param>
    public static ListenAddresses Of(JobOptions options, IPAddress local)
    {
        var bind = options.BindAddress is null ? local : IPAddress.Parse(options.BindAddress);
        return new ListenAddresses([bind], options.AdvertisedAddress ?? (IsWildcard(bind) ? local : bind).ToString());
    }

    /// <summary>Returns the addresses that could be bound, and the advertised host among them where it was one that could not.</summary>
    /// <param name="bound">Those of <see cref="Control"/> that could be bound, at least one.</param>
    /// <param name="options">The worker's.</param>
    public ListenAddresses Bound(IReadOnlyList<IPAddress> bound, JobOptions options) => new(
        [.. bound],
        options.AdvertisedAddress is null && Control.Except(bound).Any(lost => lost.ToString() == Advertised)
            ? bound[0].ToString()
            : Advertised);

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
