using System.Net;

namespace SecureCollectives.Membership;

/// <summary>The addresses on which a worker listens, and the host that it advertises.</summary>
/// <param name="Control">The local addresses of its control endpoint, at least one.</param>
/// <param name="Advertised">The host by which peers reach the worker.</param>
internal sealed record ListenAddresses(IPAddress[] Control, string Advertised)
{
    /// <summary>The maximum number of addresses of one name on which rank 0 listens.</summary>
    private const int MaxControl = 8;

    /// <summary>The addresses of rank 0 that could not be bound.</summary>
    public IReadOnlyList<IPAddress> Lost { get; private init; } = [];

    /// <summary>The local address of the lane listeners.</summary>
    public IPAddress Lanes => Control[0];

    /// <summary>Whether all control addresses are loopback addresses, which no other host can reach.</summary>
    public bool IsLoopbackOnly => Array.TrueForAll(Control, IPAddress.IsLoopback);

    /// <summary>
    /// Returns the addresses of rank 0: those of MASTER_ADDR that belong to this machine, because the other ranks connect to them. If none
    /// does, for instance behind address translation, returns the local address of the route to MASTER_ADDR.
    /// </summary>
    /// <param name="options">The worker's options.</param>
    /// <param name="master">The addresses of MASTER_ADDR.</param>
    /// <exception cref="MembershipException">No route leads to rank 0.</exception>
    public static ListenAddresses OfMaster(JobOptions options, IPAddress[] master)
    {
        var local = LocalAddresses.Among(master);
        if (local.Length == 0)
        {
            return Of(options, LocalAddresses.Towards(options.MasterAddress, master));
        }

        // A port that the system chooses is free on one address only.
        var count = options.MasterPort == 0 ? 1 : MaxControl;
        return options.BindAddress is null
            ? new ListenAddresses([.. local.Take(count)], options.AdvertisedAddress ?? local[0].ToString())
            : Of(options, local[0]);
    }

    /// <summary>
    /// Returns the addresses of a worker whose options set them; null if they follow from its route to rank 0.
    /// </summary>
    public static ListenAddresses? Given(JobOptions options) =>
        options.BindAddress is { } text && IPAddress.Parse(text) is var bind && (options.AdvertisedAddress is not null || !IsWildcard(bind))
            ? Of(options, bind)
            : null;

    /// <summary>Returns the addresses of a worker with a known route to rank 0.</summary>
    /// <param name="options">The worker's options.</param>
    /// <param name="local">The local address of that route.</param>
    public static ListenAddresses Of(JobOptions options, IPAddress local)
    {
        var bind = options.BindAddress is null ? local : IPAddress.Parse(options.BindAddress);
        return new ListenAddresses([bind], options.AdvertisedAddress ?? (IsWildcard(bind) ? local : bind).ToString());
    }

    /// <summary>Returns the addresses without those that could not be bound, which are not advertised either.</summary>
    /// <param name="bound">The addresses of <see cref="Control"/> that were bound, at least one.</param>
    /// <param name="options">The worker's options.</param>
    public ListenAddresses Bound(IReadOnlyList<IPAddress> bound, JobOptions options)
    {
        IPAddress[] lost = [.. Control.Except(bound)];
        var isAdvertisedLost = options.AdvertisedAddress is null && Array.Exists(lost, address => address.ToString() == Advertised);
        return new ListenAddresses([.. bound], isAdvertisedLost ? bound[0].ToString() : Advertised) { Lost = lost };
    }

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
