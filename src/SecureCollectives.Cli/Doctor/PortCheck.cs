using System.Net;
using System.Net.Sockets;
using SecureCollectives.Membership;

namespace SecureCollectives.Cli.Doctor;

/// <summary>
/// Checks whether this worker can listen on its addresses and its port, and whether its port range has enough free ports.
/// </summary>
internal static class PortCheck
{
    private const string Subject = "ports";

    /// <summary>The kinds of lane: TCP and gRPC, each with and without TLS. Most jobs use only one of them.</summary>
    private const int MostLaneKinds = 4;

    /// <param name="options">The worker's settings.</param>
    /// <param name="listen">Where the worker listens.</param>
    public static IEnumerable<Finding> Examine(JobOptions options, ListenAddresses listen)
    {
        var isBound = true;
        foreach (var address in listen.Control)
        {
            var finding = ExamineControl(options, address);
            isBound &= finding.Health == Health.Good;
            yield return finding;
        }

        if (options.PortRange is not null && isBound)
        {
            yield return ExamineRange(options, listen.Lanes);
        }
    }

    private static Finding ExamineControl(JobOptions options, IPAddress address)
    {
        var (port, variable) = options.Rank == 0
            ? (options.MasterPort, "MASTER_PORT")
            : (options.Port, "SECURE_COLLECTIVES_PORT");
        return FreePorts.Try(address, port) switch
        {
            SocketError.Success => Finding.Good(Subject, port == 0
                ? $"This worker can listen on {address}."
                : $"Port {port} ({variable}) is free at {address}."),
            SocketError.AddressAlreadyInUse => Finding.Problem(Subject, $"Port {port} ({variable}) is in use at {address}.",
                $"Stop the process that uses it ('ss -tlnp sport = :{port}' shows it), or choose another port"
                    + (options.Rank == 0 ? ", the same for all workers." : ".")),
            SocketError.AccessDenied => Finding.Problem(Subject, $"This user may not listen on port {port} ({variable}) at {address}.",
                "Choose a port above 1023."),
            SocketError.AddressNotAvailable => Finding.Problem(Subject,
                options.BindAddress is null
                    ? $"This worker would listen on {address}, which is not an address of this machine."
                    : $"SECURE_COLLECTIVES_BIND_ADDRESS is {address}, which is not an address of this machine.",
                "Set SECURE_COLLECTIVES_BIND_ADDRESS to an address that 'ip address' shows, or to 0.0.0.0 or ::."),
            SocketError.AddressFamilyNotSupported => Finding.Problem(Subject,
                $"This worker would listen on {address}, but this kernel does not support IPv6.",
                "Use IPv4 addresses for MASTER_ADDR and SECURE_COLLECTIVES_BIND_ADDRESS."),
            var error => Finding.Problem(Subject,
                $"This worker cannot listen on {address}{(port == 0 ? "" : $", port {port}")}: {new SocketException((int)error).Message}.",
                "Set SECURE_COLLECTIVES_BIND_ADDRESS to an address that 'ip address' shows. "
                    + "If it begins with fe80, append the interface, as in fe80::1%eth0."),
        };
    }

    /// <summary>
    /// Each worker takes one port from the range for control, unless its control port is configured separately, and one for each kind of
    /// lane.
    /// </summary>
    private static Finding ExamineRange(JobOptions options, IPAddress address)
    {
        var workers = Math.Clamp(options.LocalWorldSize, 1, options.WorldSize);
        var firstOfHost = options.Rank - (options.LocalRank ?? 0);
        var control = options.Port != 0 ? 0 : firstOfHost == 0 ? workers - 1 : workers;
        var (least, most) = (control + workers, control + (MostLaneKinds * workers));
        var (free, all) = FreePorts.Count(address, options);
        var text = $"{free} of {all} ports in {options.PortRange} (SECURE_COLLECTIVES_PORT_RANGE) are free at {address}; "
            + (workers == 1 ? "this worker needs" : $"the {workers} workers on this host need")
            + $" {least}, or up to {most} if communicators differ in their use of transports and TLS.";
        return free < least
            ? Finding.Problem(Subject, text, "Widen the range, or stop the processes that use its ports ('ss -tlnp' shows them).")
            : Finding.Good(Subject, text);
    }
}
