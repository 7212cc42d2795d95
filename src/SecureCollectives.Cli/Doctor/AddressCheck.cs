using System.Net;
using System.Net.Sockets;
using SecureCollectives.Membership;

namespace SecureCollectives.Cli.Doctor;

/// <summary>Checks whether other hosts can use rank 0's address and the address that this worker advertises.</summary>
internal static class AddressCheck
{
    private const string Subject = "names";

    /// <param name="options">The worker's settings.</param>
    /// <param name="addresses">The addresses that MASTER_ADDR resolves to; at least one.</param>
    public static Finding ExamineMaster(JobOptions options, IPAddress[] addresses)
    {
        var text = $"MASTER_ADDR {Describe(options.MasterAddress, addresses)}.";
        if (Array.TrueForAll(addresses, HostPort.IsUnspecified))
        {
            return Finding.Problem(Subject, $"{text} Rank 0 can listen on it, but no worker can connect to it.",
                "Set MASTER_ADDR to an address or name of rank 0's host that all hosts can reach.");
        }

        if (Array.TrueForAll(addresses, IPAddress.IsLoopback) && !IsOnOneHost(options))
        {
            // With an advertised address this may be deliberate: rank 0 may listen elsewhere, or this may be one end of a tunnel.
            return Unreachable(options, isCertain: options.AdvertisedAddress is null, $"{text} No other host can reach rank 0 there",
                "MASTER_ADDR to an address or name of rank 0's host that all hosts can reach");
        }

        var isHere = LocalAddresses.Among(addresses).Length > 0;
        if (options.Rank == 0 && isHere && options.BindAddress is { } bind
            && !Array.Exists(addresses, address => Serves(IPAddress.Parse(bind), address)))
        {
            return Finding.Problem(Subject,
                $"{text} The other workers look for rank 0 there, but SECURE_COLLECTIVES_BIND_ADDRESS makes it listen only on {bind}.",
                "Unset SECURE_COLLECTIVES_BIND_ADDRESS, or set it to 0.0.0.0 or ::.");
        }

        return options.Rank == 0 && !isHere
            ? Finding.Warning(Subject, $"{text} None of these addresses belongs to this machine.",
                "Run rank 0 on the host that MASTER_ADDR names, unless there is address translation in between.")
            : Finding.Good(Subject, text);
    }

    /// <param name="options">The worker's settings.</param>
    /// <param name="advertised">The host that this worker advertises.</param>
    /// <param name="addresses">The addresses that it resolves to; at least one.</param>
    public static Finding ExamineAdvertised(JobOptions options, string advertised, IPAddress[] addresses)
    {
        var text = $"SECURE_COLLECTIVES_ADVERTISED_ADDRESS {Describe(advertised, addresses)}.";
        if (Array.Exists(addresses, HostPort.IsUnspecified))
        {
            return Finding.Problem(Subject, $"{text} A worker can listen on it, but no peer can connect to it.",
                "Set it to an address or name at which peers can reach this worker, "
                    + "and SECURE_COLLECTIVES_BIND_ADDRESS to 0.0.0.0 or :: to listen on all addresses.");
        }

        return Array.TrueForAll(addresses, IPAddress.IsLoopback) && !IsOnOneHost(options)
            ? Unreachable(options, isCertain: true, $"{text} No other host can reach this worker there",
                "it to an address or name of this host that all hosts can reach")
            : Finding.Good(Subject, text);
    }

    /// <summary>Returns whether a listener bound to one address accepts connections to another.</summary>
    private static bool Serves(IPAddress bound, IPAddress address) =>
        bound.Equals(address) || bound.Equals(IPAddress.IPv6Any)
            || (bound.Equals(IPAddress.Any) && address.AddressFamily == AddressFamily.InterNetwork);

    private static bool IsOnOneHost(JobOptions options) => options.LocalWorldSize >= options.WorldSize;

    private static Finding Unreachable(JobOptions options, bool isCertain, string text, string whatToSet)
    {
        if (options.LocalWorldSize == 0)
        {
            return Finding.Warning(Subject, $"{text}.",
                $"If workers run on other hosts, set {whatToSet}. If all run on this host, set LOCAL_WORLD_SIZE={options.WorldSize}.");
        }

        text = $"{text}, but this host has only {options.LocalWorldSize} of the {options.WorldSize} workers.";
        return isCertain ? Finding.Problem(Subject, text, $"Set {whatToSet}.") : Finding.Warning(Subject, text, $"Set {whatToSet}.");
    }

    private static string Describe(string host, IPAddress[] addresses) => addresses is [var only] && only.ToString() == host
        ? $"is {host}"
        : $"'{host}' is {string.Join(", ", addresses.AsEnumerable())}";
}
