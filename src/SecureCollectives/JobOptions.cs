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
/// Options for a worker that joins a job. <see cref="FromEnvironment"/> reads the variables that launchers set; all properties can also be
/// bound from configuration.
/// </summary>
public sealed class JobOptions
{
    /// <summary>Timers support at most 49 days.</summary>
    internal static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(40);

    /// <summary>
    /// The job's name, as in the certificates. Default: the job in this worker's certificate. Required if <see cref="IdentityTemplate"/>
    /// or <see cref="IdentitiesPath"/> contains no job name. SECURE_COLLECTIVES_JOB.
    /// </summary>
    public string? JobName { get; set; }

    /// <summary>
    /// This worker's rank, 0 to <see cref="WorldSize"/> - 1, which must be the one in its certificate. SECURE_COLLECTIVES_RANK, RANK, or
    /// the launcher's variable.
    /// </summary>
    public int Rank { get; set; }

    /// <summary>
    /// The number of workers, at least 1. SECURE_COLLECTIVES_WORLD_SIZE, WORLD_SIZE, or the launcher's variable. It is 0 if the
    /// environment does not set it; a job cannot be joined until it has been set.
    /// </summary>
    public int WorldSize { get; set; } = 1;

    /// <summary>
    /// This worker's number among those on its host, from 0, for instance to choose a GPU; null, the default, if unknown. The library does
    /// not use it. SECURE_COLLECTIVES_LOCAL_RANK, LOCAL_RANK, or the launcher's variable.
    /// </summary>
    public int? LocalRank { get; set; }

    /// <summary>
    /// The number of workers on this worker's host; 0, the default, if unknown. Communicators whose options do not set
    /// <see cref="CommunicatorOptions.LocalWorldSize"/> use it if it divides the world size. SECURE_COLLECTIVES_LOCAL_WORLD_SIZE,
    /// LOCAL_WORLD_SIZE, or the launcher's variable.
    /// </summary>
    public int LocalWorldSize { get; set; }

    /// <summary>
    /// A host name or address at which all workers can reach rank 0. SECURE_COLLECTIVES_MASTER_ADDR, MASTER_ADDR, or derived from the
    /// launcher's variables.
    /// </summary>
    public string MasterAddress { get; set; } = "127.0.0.1";

    /// <summary>
    /// The port of rank 0's control endpoint. SECURE_COLLECTIVES_MASTER_PORT, MASTER_PORT, or derived from the launcher's variables.
    /// </summary>
    public int MasterPort { get; set; }

    /// <summary>
    /// Identifies one attempt at the job: the same on all of its workers and different for each attempt, so that a worker left over from an
    /// earlier attempt cannot join. Any text of 1 to 128 characters. SECURE_COLLECTIVES_RUN_ID, or the launcher's run id.
    /// </summary>
    public string RunId { get; set; } = string.Empty;

    /// <summary>
    /// The path of the PEM file with this worker's certificate, followed by any intermediate certificates. In this path and the next two,
    /// "{rank}" stands for the rank. SECURE_COLLECTIVES_CERTIFICATE.
    /// </summary>
    public string CertificatePath { get; set; } = string.Empty;

    /// <summary>
    /// The path of the PEM file with the certificate's private key. The file must be owned by this user and inaccessible to all others, or
    /// be owned by root and readable only by a group that this process belongs to. SECURE_COLLECTIVES_KEY.
    /// </summary>
    public string KeyPath { get; set; } = string.Empty;

    /// <summary>The path of the PEM file with the trust roots. SECURE_COLLECTIVES_CA.</summary>
    public string AuthorityPath { get; set; } = string.Empty;

    /// <summary>
    /// The form of the ranks' identities if it is not <c>spiffe://&lt;trust-domain&gt;/job/&lt;job&gt;/rank/&lt;n&gt;</c>: a SPIFFE ID that
    /// contains <c>{rank}</c> once for the rank and <c>{job}</c> at most once for the job's name, such as
    /// <c>spiffe://example.org/ns/ml/job/{job}/rank-{rank}</c>. It must be the same on all ranks, and cannot be combined with
    /// <see cref="IdentitiesPath"/>. Without <c>{job}</c>, workers of different jobs with the same template can stand in for each other.
    /// SECURE_COLLECTIVES_IDENTITY_TEMPLATE.
    /// </summary>
    public string? IdentityTemplate { get; set; }

    /// <summary>
    /// The path of a text file with the identity of each rank, for identities that no template can describe. It has one line per rank: the
    /// rank, blanks, and its SPIFFE ID. Lines that begin with '#' are comments. The identities must be the same on all ranks; the file
    /// cannot be combined with <see cref="IdentityTemplate"/>. SECURE_COLLECTIVES_IDENTITIES.
    /// </summary>
    public string? IdentitiesPath { get; set; }

    /// <summary>
    /// The host name or address at which peers reach this worker. Default: the local address of the route to <see cref="MasterAddress"/>,
    /// which listeners also bind; on rank 0, <see cref="MasterAddress"/> itself if it belongs to this machine.
    /// SECURE_COLLECTIVES_ADVERTISED_ADDRESS.
    /// </summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>
    /// The local address that listeners bind. Default: see <see cref="AdvertisedAddress"/>. Set it to 0.0.0.0 or :: if the advertised
    /// address does not belong to this machine. SECURE_COLLECTIVES_BIND_ADDRESS.
    /// </summary>
    public string? BindAddress { get; set; }

    /// <summary>
    /// The port of this worker's control endpoint, for ranks other than 0. Default: 0, a free port, from <see cref="PortRange"/> if that
    /// is set. SECURE_COLLECTIVES_PORT.
    /// </summary>
    public int Port { get; set; }

    /// <summary>
    /// The ports on which this worker listens for lanes and, unless it is rank 0, for control calls, so that firewalls can let them
    /// through: "first-last", such as "29600-29700". A worker takes one port for control and one for each kind of lane that its
    /// communicators use (TCP and gRPC, each with and without TLS); the workers on a host share the range. Rank 0's control endpoint is at
    /// <see cref="MasterPort"/>, which need not be in the range. Default: null; the system chooses. SECURE_COLLECTIVES_PORT_RANGE.
    /// </summary>
    public string? PortRange { get; set; }

    /// <summary>
    /// Whether communicators with <see cref="Protection.UnsafePlaintext"/> may be opened. Default: no.
    /// SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1.
    /// </summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>
    /// The engine that computes AES-256-GCM for communicators whose options do not choose one. Default:
    /// <see cref="CipherEngine.Automatic"/>, the fastest one that is installed. Ranks may differ. It does not choose the suite, and
    /// communicators with a suite other than <see cref="CipherSuite.Aes256Gcm"/> ignore it. SECURE_COLLECTIVES_AEAD_ENGINE, openssl or
    /// ipsec-mb.
    /// </summary>
    public CipherEngine Engine { get; set; }

    /// <summary>
    /// The transport to other workers on this host, for communicators whose options do not choose one. Default:
    /// <see cref="LocalTransport.Automatic"/>, shared memory if it is available. SECURE_COLLECTIVES_LOCAL_TRANSPORT, memory or tcp.
    /// </summary>
    public LocalTransport LocalTransport { get; set; }

    /// <summary>
    /// The time limit for joining, within which the name of rank 0 must resolve, rank 0 must answer, this worker's certificate must be
    /// valid, and all workers must have joined. Default: 2 minutes. SECURE_COLLECTIVES_JOIN_TIMEOUT, in seconds.
    /// </summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The maximum number of concurrent unauthenticated connections from one source address. Default: 8, or the world size if that is
    /// more, since all workers may share one address; never more than 64, the limit for all addresses together.
    /// SECURE_COLLECTIVES_UNAUTHENTICATED_PER_SOURCE.
    /// </summary>
    public int? UnauthenticatedPerSource { get; set; }

    /// <summary>
    /// The factory for the library's loggers. Default: none, unless SECURE_COLLECTIVES_LOG, which <see cref="FromEnvironment"/> reads,
    /// selects a level for standard error: trace, debug, information, warning or error. A factory that is set here takes precedence.
    /// </summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The factory that the library uses, which never throws.</summary>
    internal ILoggerFactory Loggers => new GuardedLoggerFactory(LoggerFactory == NullLoggerFactory.Instance && LogFrom is { } least
        ? new StandardErrorLoggerFactory(least, Rank, Console.Error, TimeProvider.System) : LoggerFactory);

    /// <summary>The least severe level that is logged to standard error if the program sets no factory; null for none.</summary>
    internal LogLevel? LogFrom { get; set; }

    /// <summary>Finds ipsec-mb; tests replace it.</summary>
    internal Func<IpsecMbLibrary> IpsecMb { get; set; } = static () => IpsecMbLibrary.Installed;

    /// <summary>Returns the suites that this worker can use when it joins; tests omit some.</summary>
    internal Func<LocalSuites> Suites { get; set; } = static () => LocalSuites.Installed;

    /// <summary>Measures <see cref="JoinTimeout"/>, and nothing else; tests replace it.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>The only clock against which certificates, this worker's and its peers', are checked; tests replace it.</summary>
    internal TimeProvider CertificateClock { get; set; } = TimeProvider.System;

    /// <summary>Finds the addresses of a host; tests replace the name service.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = HostResolver.ResolveAsync;

    /// <summary>The number of processor cores that this worker announces; tests change it.</summary>
    internal int Cores { get; set; } = Environment.ProcessorCount;

    internal EngineChoice Engines => new(Engine, IpsecMb);

    /// <summary>
    /// This worker's place in the job according to the environment, with advice for missing settings; null if no environment was read.
    /// </summary>
    internal LaunchedPlace? Place { get; set; }

    /// <summary>
    /// The ports on which to listen, starting with the first that this rank tries. Excludes rank 0's control port, which may be in the
    /// range.
    /// </summary>
    internal ListenPorts Ports => PortRange is not null && ListenPorts.TryParse(PortRange, out var ports)
        ? ports.From(Rank) with { Except = MasterPort }
        : ListenPorts.Any;

    /// <summary>
    /// Reads the variables of torchrun, mpirun, mpiexec, srun and Kubernetes Indexed Jobs for this worker's place in its job, and
    /// SECURE_COLLECTIVES_* for the rest; docs/deployment.md lists all of them. If several set the same option, SECURE_COLLECTIVES_* takes
    /// precedence, then RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, then the variables of the innermost launcher.
    /// </summary>
    /// <returns>The options.</returns>
    /// <exception cref="MembershipException">Variables are malformed or contradict each other. Missing ones are reported by
    /// <see cref="Job.JoinAsync"/>, so that the program can still set their options.</exception>
    public static JobOptions FromEnvironment() => FromVariables(Environment.GetEnvironmentVariable);

    /// <summary>Does the same with variables from another source.</summary>
    /// <param name="read">Returns the value of a variable; null if it is not set.</param>
    internal static JobOptions FromVariables(Func<string, string?> read) => JobEnvironment.Read(read);

    /// <summary>Returns a copy that later changes do not affect, with the rank inserted in its paths.</summary>
    internal JobOptions Snapshot()
    {
        var copy = (JobOptions)MemberwiseClone();
        copy.CertificatePath = OfRank(CertificatePath);
        copy.KeyPath = OfRank(KeyPath);
        copy.AuthorityPath = OfRank(AuthorityPath);
        return copy;

        string OfRank(string path) => path.Replace("{rank}", Rank.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <summary>Checks the options.</summary>
    /// <exception cref="MembershipException">Values are missing or invalid; the message lists all of them.</exception>
    internal void Validate()
    {
        if (JobOptionsProblems.Find(this) is { Count: > 0 } problems)
        {
            throw ConfigurationProblems.ToException(problems);
        }

        if (Engine == CipherEngine.IpsecMb)
        {
            Engines.For(Engine, SuiteCode.Aes256Gcm); // Fail now rather than after the join.
        }
    }
}
