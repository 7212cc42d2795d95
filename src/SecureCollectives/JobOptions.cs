using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;
using SecureCollectives.Telemetry;

namespace SecureCollectives;

/// <summary>
/// How a worker joins its job. <see cref="FromEnvironment"/> reads what launchers set; all properties also bind from configuration.
/// </summary>
public sealed partial class JobOptions
{
    private const int MaxWorldSize = 16384;

    /// <summary>Timers take at most 49 days; nobody waits that long on purpose.</summary>
    internal static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(40);

    /// <summary>The job's name, as in the certificates. Default: whatever this worker's certificate says. SECURE_COLLECTIVES_JOB.</summary>
    public string? JobName { get; set; }

    /// <summary>This worker's rank; must be that of its certificate. RANK.</summary>
    public int Rank { get; set; }

    /// <summary>Number of workers. WORLD_SIZE.</summary>
    public int WorldSize { get; set; } = 1;

    /// <summary>
    /// Number of workers on this worker's host; 0, the default, where it is not known. Communicators that do not say it themselves go by it
    /// where all hosts can have so many: see <see cref="CommunicatorOptions.LocalWorldSize"/>. LOCAL_WORLD_SIZE.
    /// </summary>
    public int LocalWorldSize { get; set; }

    /// <summary>Address or name of rank 0, which all workers can reach. MASTER_ADDR.</summary>
    public string MasterAddress { get; set; } = "127.0.0.1";

    /// <summary>Port of rank 0's control endpoint. MASTER_PORT.</summary>
    public int MasterPort { get; set; }

    /// <summary>
    /// One attempt at the job, the same on all its workers and different for each attempt, so that a worker left over from an earlier one
    /// cannot take a place. Any text of 1 to 128 characters. SECURE_COLLECTIVES_RUN_ID.
    /// </summary>
    public string RunId { get; set; } = string.Empty;

    /// <summary>
    /// PEM file of this worker's certificate, followed by intermediate ones if there are any. SECURE_COLLECTIVES_CERTIFICATE.
    /// </summary>
    public string CertificatePath { get; set; } = string.Empty;

    /// <summary>PEM file of its private key, readable by its owner alone. SECURE_COLLECTIVES_KEY.</summary>
    public string KeyPath { get; set; } = string.Empty;

    /// <summary>PEM file of the trust roots. SECURE_COLLECTIVES_CA.</summary>
    public string AuthorityPath { get; set; } = string.Empty;

    /// <summary>
    /// Host that peers use to reach this worker. Default: the local address from which <see cref="MasterAddress"/> is reached, which is
    /// also the one that listeners bind. SECURE_COLLECTIVES_ADVERTISED_ADDRESS.
    /// </summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>
    /// Local address that listeners bind. Default: see <see cref="AdvertisedAddress"/>. Set it to 0.0.0.0 or :: where the advertised
    /// address is not one of this machine. SECURE_COLLECTIVES_BIND_ADDRESS.
    /// </summary>
    public string? BindAddress { get; set; }

    /// <summary>Port of this worker's control endpoint, for ranks other than 0. Default 0: any free one. SECURE_COLLECTIVES_PORT.</summary>
    public int Port { get; set; }

    /// <summary>
    /// Whether communicators with <see cref="Protection.UnsafePlaintext"/> may be opened. Default no. SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1.
    /// </summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>
    /// What computes AES-256-GCM for communicators that do not say it themselves. Default <see cref="CipherEngine.Automatic"/>: the fastest
    /// that is there. Ranks may differ. It chooses no suite: communicators that use another than <see cref="CipherSuite.Aes256Gcm"/> do not
    /// look at it. SECURE_COLLECTIVES_AEAD_ENGINE, openssl or ipsec-mb.
    /// </summary>
    public CipherEngine Engine { get; set; }

    /// <summary>
    /// What carries the data to other workers of this host, for communicators that do not say it themselves. Default
    /// <see cref="LocalTransport.Automatic"/>: memory, where it can be shared. Environment: SECURE_COLLECTIVES_LOCAL_TRANSPORT, memory or
    /// tcp.
    /// </summary>
    public LocalTransport LocalTransport { get; set; }

    /// <summary>How long to wait for all workers. Default 2 minutes. SECURE_COLLECTIVES_JOIN_TIMEOUT, in seconds.</summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Connections that have not proved who they are, at a time, from one source address. Default: 8, or the world size where that is more,
    /// since all workers may share one address; never more than 64, the limit for all addresses together.
    /// SECURE_COLLECTIVES_UNAUTHENTICATED_PER_SOURCE.
    /// </summary>
    public int? UnauthenticatedPerSource { get; set; }

    /// <summary>
    /// Where the library logs. Default: nowhere, unless SECURE_COLLECTIVES_LOG asks for lines on standard error (trace, debug,
    /// information, warning or error; read by <see cref="FromEnvironment"/>). What is set here comes first.
    /// </summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The same, for the library's own use.</summary>
    internal ILoggerFactory Loggers => new GuardedLoggerFactory(LoggerFactory == NullLoggerFactory.Instance && LogFrom is { } least
        ? new StandardErrorLoggerFactory(least, Rank, Console.Error, TimeProvider.System) : LoggerFactory);

    /// <summary>The least severe level that goes to standard error where the program has no logger; null for none.</summary>
    internal LogLevel? LogFrom { get; set; }

    /// <summary>Where ipsec-mb is looked for; tests look elsewhere.</summary>
    internal Func<IpsecMbLibrary> IpsecMb { get; set; } = static () => IpsecMbLibrary.Installed;

    /// <summary>The suites that this worker can use, asked for when it joins; tests leave some out.</summary>
    internal Func<LocalSuites> Suites { get; set; } = static () => LocalSuites.Installed;

    /// <summary>By what <see cref="JoinTimeout"/> is counted; tests let it pass.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Processor cores that this worker says it sees; tests change it.</summary>
    internal int Cores { get; set; } = Environment.ProcessorCount;

    internal EngineChoice Engines => new(Engine, IpsecMb);

    /// <summary>A copy that later changes do not reach.</summary>
    internal JobOptions Snapshot() => (JobOptions)MemberwiseClone();

    /// <exception cref="MembershipException">A value is missing or impossible.</exception>
    internal void Validate()
    {
        Require(OperatingSystem.IsLinux(), "SecureCollectives runs on Linux (x64 and arm64) only");
        Require(WorldSize is >= 1 and <= MaxWorldSize, $"the world size (WORLD_SIZE) is {WorldSize}; it can be 1 to {MaxWorldSize}");
        Require(Rank >= 0 && Rank < WorldSize, $"the rank (RANK) is {Rank}; in a world of {WorldSize} it can be 0 to {WorldSize - 1}");
        Require(LocalWorldSize >= 0, $"the number of workers on this host (LOCAL_WORLD_SIZE) is {LocalWorldSize}; it can be positive, or "
            + "0 where it is not known");
        Require(!string.IsNullOrWhiteSpace(MasterAddress), "the address of rank 0 (MASTER_ADDR) is missing");
        Require(IsPort(MasterPort)
            && (MasterPort != 0 || WorldSize == 1), $"the port of rank 0 (MASTER_PORT) is {MasterPort}; it can be 1 to 65535");
        Require(IsPort(Port), $"the port (SECURE_COLLECTIVES_PORT) is {Port}; it can be 1 to 65535, or 0 for any");
        Require(RunId.Length is >= 1 and <= 128, "the run id (SECURE_COLLECTIVES_RUN_ID) must be 1 to 128 characters: the same on all "
            + "workers, different for each attempt at the job");
        Require(CertificatePath.Length > 0, "the certificate's file (SECURE_COLLECTIVES_CERTIFICATE) is missing");
        Require(KeyPath.Length > 0, "the private key's file (SECURE_COLLECTIVES_KEY) is missing");
        Require(AuthorityPath.Length > 0, "the trust roots' file (SECURE_COLLECTIVES_CA) is missing");
        Require(
            JoinTimeout > TimeSpan.Zero && JoinTimeout <= MaxTimeout,
            $"the join time-out (SECURE_COLLECTIVES_JOIN_TIMEOUT) must be positive and at most {MaxTimeout.TotalDays} days");
        Require(
            AdvertisedAddress is null
                || (HostPort.TryParse(new HostPort(AdvertisedAddress, 1).ToString(), out var parsed) && parsed.Host == AdvertisedAddress),
            $"the advertised address (SECURE_COLLECTIVES_ADVERTISED_ADDRESS) is '{AdvertisedAddress}'; it can be a host name or an IP "
                + "address, without port or brackets");
        Require(
            BindAddress is null || IPAddress.TryParse(BindAddress, out _),
            $"the bind address (SECURE_COLLECTIVES_BIND_ADDRESS) is '{BindAddress}'; it can be an IP address of this machine, 0.0.0.0 or "
                + "::");
        Require(Enum.IsDefined(LocalTransport), $"the local transport (SECURE_COLLECTIVES_LOCAL_TRANSPORT) {LocalTransport} is unknown");
        Require(Enum.IsDefined(Engine), $"the engine (SECURE_COLLECTIVES_AEAD_ENGINE) {Engine} is unknown");
        if (Engine == CipherEngine.IpsecMb)
        {
            Engines.For(Engine, SuiteCode.Aes256Gcm); // Before anything is waited for.
        }

        Require(Suites().Usable.Count > 0, "this system has none of the ciphers that frames are sealed with; .NET needs an OpenSSL with "
            + "AES-GCM or ChaCha20-Poly1305");
        Require(UnauthenticatedPerSource is null or >= 1, "the unauthenticated connections per source "
            + "(SECURE_COLLECTIVES_UNAUTHENTICATED_PER_SOURCE) must be positive");
    }

    private static bool IsPort(int port) => port is >= 0 and <= 65535;

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new MembershipException(MembershipError.Configuration, $"This worker cannot join its job: {message}.");
        }
    }
}
