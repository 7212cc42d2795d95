using System.Net;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;

namespace SecureCollectives;

/// <summary>The rules that a worker's options must satisfy.</summary>
internal static class JobOptionsProblems
{
    private const int MaxWorldSize = 16384;
    private const int MaxRunIdLength = 128;

    /// <summary>Returns everything that is missing or invalid, each as a clause without a full stop.</summary>
    public static IReadOnlyList<string> Find(JobOptions options)
    {
        List<string> problems = [];
        FindInPlace(options, Require);
        Require(OperatingSystem.IsLinux(), "SecureCollectives runs on Linux (x64 and arm64) only");
        var masterFault = string.IsNullOrWhiteSpace(options.MasterAddress) ? null : HostPort.HostFault(options.MasterAddress);
        Require(masterFault is null, $"the address of rank 0 (MASTER_ADDR), '{options.MasterAddress}', {masterFault}; "
            + "set it to a host name or address at which all workers reach rank 0, "
            + "and SECURE_COLLECTIVES_BIND_ADDRESS if rank 0 must listen on all addresses");
        Require(options.CertificatePath.Length > 0, "the certificate file (SECURE_COLLECTIVES_CERTIFICATE) is not set: "
            + "set it to this worker's PEM file; {rank} in the path stands for the rank");
        Require(options.KeyPath.Length > 0, "the private key file (SECURE_COLLECTIVES_KEY) is not set: set it to this worker's PEM file; "
            + "{rank} in the path stands for the rank");
        Require(options.AuthorityPath.Length > 0, "the trust root file (SECURE_COLLECTIVES_CA) is not set: "
            + "set it to the PEM file of the authorities that issue the workers' certificates");
        Require(IsPort(options.Port), $"the port (SECURE_COLLECTIVES_PORT) is {options.Port}; it must be 1 to 65535, or 0 for any");
        Require(options.PortRange is null
            || ListenPorts.TryParse(options.PortRange, out _), $"the port range (SECURE_COLLECTIVES_PORT_RANGE) is '{options.PortRange}'; "
            + "it must be two ports from 1 to 65535, the lower one first, with a hyphen between them, such as 29600-29700");
        Require(
            options.JoinTimeout > TimeSpan.Zero && options.JoinTimeout <= JobOptions.MaxTimeout,
            $"the join timeout (SECURE_COLLECTIVES_JOIN_TIMEOUT) must be positive and at most {JobOptions.MaxTimeout.TotalDays} days");
        var advertisedFault = options.AdvertisedAddress is { } advertised ? HostPort.HostFault(advertised) : null;
        Require(advertisedFault is null, "the advertised address (SECURE_COLLECTIVES_ADVERTISED_ADDRESS), "
            + $"'{options.AdvertisedAddress}', {advertisedFault}; "
            + "set it to a host name or an IP address, without port or brackets, at which the other workers reach this one");
        Require(
            options.BindAddress is null || IPAddress.TryParse(options.BindAddress, out _),
            $"the bind address (SECURE_COLLECTIVES_BIND_ADDRESS) is '{options.BindAddress}'; "
                + "it must be an IP address of this machine, 0.0.0.0 or ::");
        Require(
            Enum.IsDefined(options.LocalTransport),
            $"the local transport (SECURE_COLLECTIVES_LOCAL_TRANSPORT) {options.LocalTransport} is unknown");
        Require(Enum.IsDefined(options.Engine), $"the engine (SECURE_COLLECTIVES_AEAD_ENGINE) {options.Engine} is unknown");
        Require(options.Suites().Usable.Count > 0, "this system has none of the ciphers that seal frames; "
            + "install an OpenSSL with AES-GCM or ChaCha20-Poly1305");
        Require(options.UnauthenticatedPerSource is null or >= 1, "the unauthenticated connections per source "
            + "(SECURE_COLLECTIVES_UNAUTHENTICATED_PER_SOURCE) must be positive");
        return problems;

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }

    /// <summary>
    /// Checks the rank, the world size and the address of rank 0. Does not ask for a setting that the launcher sets when it starts the
    /// worker.
    /// </summary>
    private static void FindInPlace(JobOptions options, Action<bool, string> require)
    {
        var isUnknown = options.WorldSize == 0;
        require(!isUnknown, "the rank (RANK) and the world size (WORLD_SIZE) are not set: " + (options.Place?.RankAdvice
            ?? "start the worker with torchrun, mpirun, srun or 'secure-collectives launch', or set both; "
                + "a worker that trains alone has RANK=0 and WORLD_SIZE=1"));
        require(options.WorldSize is >= 0 and <= MaxWorldSize, $"the world size (WORLD_SIZE) is {options.WorldSize}; "
            + $"it must be 1 to {MaxWorldSize}");
        require(
            isUnknown || (options.Rank >= 0 && options.Rank < options.WorldSize),
            $"the rank (RANK) is {options.Rank}; in a world of {options.WorldSize} it must be 0 to {options.WorldSize - 1}");
        require(options.LocalRank is null or >= 0, $"the rank on this host (LOCAL_RANK) is {options.LocalRank}; it must be 0 or more");
        require(options.LocalWorldSize >= 0, $"the number of workers on this host (LOCAL_WORLD_SIZE) is {options.LocalWorldSize}; "
            + "it must be positive, or 0 if unknown");
        var isLaunchers = isUnknown && options.Place?.RankAdvice is not null;
        require((isLaunchers && options.Place!.AddressAdvice is null) || !string.IsNullOrWhiteSpace(options.MasterAddress),
            "the address of rank 0 (MASTER_ADDR) is not set: "
                + (options.Place?.AddressAdvice ?? "set it to the host of rank 0, the same for all workers"));
        require((isLaunchers && options.Place!.PortAdvice is null) || options.WorldSize == 1 || options.MasterPort != 0,
            "the port of rank 0 (MASTER_PORT) is not set: "
                + (options.Place?.PortAdvice ?? "set it to a free port of rank 0's host, the same for all workers"));
        require(IsPort(options.MasterPort), $"the port of rank 0 (MASTER_PORT) is {options.MasterPort}; it must be 1 to 65535");
        require((isLaunchers && options.Place!.RunIdAdvice is null)
            || options.RunId.Length > 0, "the run id (SECURE_COLLECTIVES_RUN_ID) is not set: "
            + (options.Place?.RunIdAdvice ?? "set it to any text, the same for all workers and different for each attempt at the job"));
        require(options.RunId.Length <= MaxRunIdLength, $"the run id (SECURE_COLLECTIVES_RUN_ID) has {options.RunId.Length} characters; "
            + $"it must have 1 to {MaxRunIdLength}");
    }

    private static bool IsPort(int port) => port is >= 0 and <= 65535;
}
