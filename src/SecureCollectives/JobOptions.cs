using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Launchers;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Links;

namespace SecureCollectives;

/// <summary>
/// How a worker joins its job. <see cref="FromEnvironment"/> reads what launchers set; all properties also bind from configuration.
/// </summary>
public sealed class JobOptions
{
    /// <summary>Timers take at most 49 days; nobody waits that long on purpose.</summary>
    internal static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(40);

    /// <summary>
    /// The job's name, as in the certificates. Default: whatever this worker's certificate says. Needed where
    /// <see cref="IdentityTemplate"/> or <see cref="IdentitiesPath"/> names no job. SECURE_COLLECTIVES_JOB.
    /// </summary>
    public string? JobName { get; set; }

    /// <summary>This worker's rank; must be that of its certificate. SECURE_COLLECTIVES_RANK, RANK, or what the launcher sets.</summary>
    public int Rank { get; set; }

    /// <summary>
    /// Number of workers, from 1 up. SECURE_COLLECTIVES_WORLD_SIZE, WORLD_SIZE, or what the launcher sets; 0, which no job can be joined
    /// with, where options come from an environment that does not say it.
    /// </summary>
    public int WorldSize { get; set; } = 1;

    /// <summary>
    /// This worker's number among those of its host, for instance to choose a GPU by; null, the default, where it is not known. The library
    /// does not use it. SECURE_COLLECTIVES_LOCAL_RANK, LOCAL_RANK, or what the launcher sets.
    /// </summary>
    public int? LocalRank { get; set; }

    /// <summary>
    /// Number of workers on this worker's host; 0, the default, where it is not known. Communicators that do not say it themselves go by it
    /// where all hosts can have so many: see <see cref="CommunicatorOptions.LocalWorldSize"/>. SECURE_COLLECTIVES_LOCAL_WORLD_SIZE,
    /// LOCAL_WORLD_SIZE, or what the launcher sets.
    /// </summary>
    public int LocalWorldSize { get; set; }

    /// <summary>
    /// Address or name of rank 0, which all workers can reach. SECURE_COLLECTIVES_MASTER_ADDR, MASTER_ADDR, or what the launcher's
    /// variables say.
    /// </summary>
    public string MasterAddress { get; set; } = "127.0.0.1";

    /// <summary>
    /// Port of rank 0's control endpoint. SECURE_COLLECTIVES_MASTER_PORT, MASTER_PORT, or derived from what the launcher sets.
    /// </summary>
    public int MasterPort { get; set; }

    /// <summary>
    /// One attempt at the job, the same on all its workers and different for each attempt, so that a worker left over from an earlier one
    /// cannot take a place. Any text of 1 to 128 characters. SECURE_COLLECTIVES_RUN_ID, or what the launcher calls the run.
    /// </summary>
    public string RunId { get; set; } = string.Empty;

    /// <summary>
    /// PEM file of this worker's certificate, followed by intermediate ones if there are any. In this path and the two that follow "{rank}"
    /// stands for the rank. SECURE_COLLECTIVES_CERTIFICATE.
    /// </summary>
    public string CertificatePath { get; set; } = string.Empty;

    /// <summary>
    /// PEM file of its private key: this user's own and closed to all others, or root's and readable by a group that this process is in.
    /// SECURE_COLLECTIVES_KEY.
    /// </summary>
    public string KeyPath { get; set; } = string.Empty;

    /// <summary>PEM file of the trust roots. SECURE_COLLECTIVES_CA.</summary>
    public string AuthorityPath { get; set; } = string.Empty;

    /// <summary>
    /// The identities of the ranks, where they are not <c>spiffe://&lt;trust-domain&gt;/job/&lt;job&gt;/rank/&lt;n&gt;</c>: a SPIFFE ID in
    /// which <c>{rank}</c> stands for the rank, once, and <c>{job}</c> for the job's name, at most once, such as
    /// <c>spiffe://example.org/ns/ml/job/{job}/rank-{rank}</c>. The same on all ranks, and at most one of this and
    /// <see cref="IdentitiesPath"/>. Without <c>{job}</c> the workers of all jobs with the same template can take each other's places.
    /// SECURE_COLLECTIVES_IDENTITY_TEMPLATE.
    /// </summary>
    public string? IdentityTemplate { get; set; }

    /// <summary>
    /// Text file with the identity of each rank, where no template describes them: a line for each rank, with the rank, blanks, and its
    /// SPIFFE ID. Lines that begin with '#' are comments. The same identities on all ranks, and at most one of this and
    /// <see cref="IdentityTemplate"/>. SECURE_COLLECTIVES_IDENTITIES.
    /// </summary>
    public string? IdentitiesPath { get; set; }

    /// <summary>
    /// Host that peers use to reach this worker. Default: the local address from which <see cref="MasterAddress"/> is reached, which is
    /// also the one that listeners bind; for rank 0 that address itself where it is one of this machine's.
    /// SECURE_COLLECTIVES_ADVERTISED_ADDRESS.
    /// </summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>
    /// Local address that listeners bind. Default: see <see cref="AdvertisedAddress"/>. Set it to 0.0.0.0 or :: where the advertised
    /// address is not one of this machine. SECURE_COLLECTIVES_BIND_ADDRESS.
    /// </summary>
    public string? BindAddress { get; set; }

    /// <summary>
    /// Port of this worker's control endpoint, for ranks other than 0. Default 0: a free one, of <see cref="PortRange"/> if that is set.
    /// SECURE_COLLECTIVES_PORT.
    /// </summary>
    public int Port { get; set; }

    /// <summary>
    /// The ports that this worker listens on for lanes and, where it is not rank 0, for control: "first-last", such as "29600-29700", for
    /// firewalls. A worker takes one port for control and one for each kind of lanes that its communicators use (TCP and gRPC, each with
    /// and without TLS); workers of a host share the range. Rank 0's control endpoint is at <see cref="MasterPort"/>, inside the range or
    /// not. Default (null): the system chooses. SECURE_COLLECTIVES_PORT_RANGE.
    /// </summary>
    public string? PortRange { get; set; }

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

    /// <summary>
    /// How long joining may take: until the name of rank 0 resolves, it is there, this worker's certificate is valid, and all workers have
    /// come. Default 2 minutes. SECURE_COLLECTIVES_JOIN_TIMEOUT, in seconds.
    /// </summary>
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

    /// <summary>Measures <see cref="JoinTimeout"/>, and nothing else; tests replace it.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>The one clock by which all certificates are judged, this worker's and its peers'; tests replace it.</summary>
    internal TimeProvider CertificateClock { get; set; } = TimeProvider.System;

    /// <summary>Finds the addresses of a host; tests answer for the name service.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = HostResolver.ResolveAsync;

    /// <summary>Processor cores that this worker says it sees; tests change it.</summary>
    internal int Cores { get; set; } = Environment.ProcessorCount;

    internal EngineChoice Engines => new(Engine, IpsecMb);

    /// <summary>What the environment said, with advice for what it did not; null where no environment was read.</summary>
    internal LaunchedPlace? Place { get; set; }

    /// <summary>
    /// The ports to listen on, from that where this rank begins to look for a free one. Rank 0's own may be in the range.
    /// </summary>
    internal ListenPorts Ports => PortRange is not null && ListenPorts.TryParse(PortRange, out var ports)
        ? ports.From(Rank) with { Except = MasterPort }
        : ListenPorts.Any;

    /// <summary>
    /// Reads the variables of torchrun, mpirun, mpiexec, srun and Kubernetes' Indexed Jobs for this worker's place in its job, and
    /// SECURE_COLLECTIVES_* for the rest; docs/deployment.md has all of them. Of several that give the same, SECURE_COLLECTIVES_* comes
    /// first, then RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, then what the innermost launcher sets.
    /// </summary>
    /// <exception cref="MembershipException">Variables are malformed or contradict each other. What is only missing is told by
    /// <see cref="Job.JoinAsync"/>, so that it can still be set.</exception>
    public static JobOptions FromEnvironment() => FromVariables(Environment.GetEnvironmentVariable);

    /// <param name="read">The value of a variable; null where it is not set.</param>
    internal static JobOptions FromVariables(Func<string, string?> read) => JobEnvironment.Read(read);

    /// <summary>A copy that later changes do not reach, with the rank in its paths.</summary>
    internal JobOptions Snapshot()
    {
        var copy = (JobOptions)MemberwiseClone();
        copy.CertificatePath = OfRank(CertificatePath);
        copy.KeyPath = OfRank(KeyPath);
        copy.AuthorityPath = OfRank(AuthorityPath);
        return copy;

        string OfRank(string path) => path.Replace("{rank}", Rank.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <exception cref="MembershipException">Values are missing or impossible; all of them are told at once.</exception>
    internal void Validate()
    {
        if (JobOptionsProblems.Find(this) is { Count: > 0 } problems)
        {
            throw ConfigurationProblems.ToException(problems);
        }

        if (Engine == CipherEngine.IpsecMb)
        {
            Engines.For(Engine, SuiteCode.Aes256Gcm); // Before anything is waited for.
        }
    }
}
