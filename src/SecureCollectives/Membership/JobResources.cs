using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Grpc.HealthCheck;
using Microsoft.Extensions.Logging;
using SecureCollectives.Identity;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Links;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace SecureCollectives.Membership;

/// <summary>What a worker keeps running for its job: identity, control endpoint, the transports of lanes. Owner of all of them.</summary>
internal sealed class JobResources : IAsyncDisposable
{
    private const int MaxUnauthenticated = 64;
    private const int MinUnauthenticatedPerSource = 8;
    private const int MinMemberAddresses = 16;
    private const int AddressesPerMember = 4;

    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(10);

    private readonly ControlPlane _control;
    private readonly RpcHost _host;
    private readonly LaneTransports _transports;
    private readonly WorkerService _workers;
    private readonly HealthServiceImpl _health;
    private readonly RendezvousBoard? _board;
    private readonly RosterMember _self;
    private readonly ParameterList _parameters;
    private readonly FaultService _faultService;
    private readonly ILogger _logger;
    private FaultWatch? _faults;

    private JobResources(
        ControlPlane control,
        RpcHost host,
        LaneTransports transports,
        WorkerService workers,
        FaultService faultService,
        HealthServiceImpl health,
        RendezvousBoard? board,
        RosterMember self,
        ParameterList parameters,
        ILogger logger)
    {
        _faultService = faultService;
        _health = health;
        _control = control;
        _host = host;
        _transports = transports;
        _workers = workers;
        _board = board;
        _self = self;
        _parameters = parameters;
        _logger = logger;
    }

    public IdentitySource Identity => _control.Identity;

    /// <summary>Who is to blame when a communicator fails; there once the job was joined.</summary>
    public FaultWatch Faults => _faults ?? throw new UnreachableException("The job was not joined yet.");

    /// <summary>Calls the peers.</summary>
    public ControlPlane Control => _control;

    /// <summary>The links of open communicators, which peers may want to replace.</summary>
    public OpenLinks OpenLinks => _workers.OpenLinks;

    /// <summary>Loads the identity and starts to listen.</summary>
    public static async Task<JobResources> StartAsync(JobOptions options, CancellationToken cancellationToken)
    {
        var logger = options.Loggers.CreateLogger<Job>();
        var identity = OpenIdentity(options, logger);
        try
        {
            var local = await LocalAddress.TowardsAsync(options.MasterAddress, ResolveTimeout, cancellationToken).ConfigureAwait(false);
            var bind = options.BindAddress is null ? local : IPAddress.Parse(options.BindAddress);
            var host = options.AdvertisedAddress ?? (IsWildcard(bind) ? local : bind).ToString();
            var admission = new AdmissionControl(Math.Max(MinMemberAddresses, AddressesPerMember * options.WorldSize));
            var limits = new AdmissionLimits
            {
                Control = admission,
                MaxConnections = MaxUnauthenticated,
                MaxConnectionsPerSource = Math.Min(
                    MaxUnauthenticated, options.UnauthenticatedPerSource ?? Math.Max(MinUnauthenticatedPerSource, options.WorldSize)),
            };
            var workers = new WorkerService(identity.Worker, options.Clock, logger);
            var parameters = new ParameterList(("protocol", LinkTranscript.ProtocolVersion), ("world-size", options.WorldSize));
            var board = options.Rank == 0 ? new RendezvousBoard(options.WorldSize) : null;
            var health = new HealthServiceImpl();
            health.SetStatus(string.Empty, ServingStatus.NotServing);
            var faults = new FaultService(identity.Worker, options.Clock, logger);
            var services = new RpcServices().Add(workers).Add(faults).Add(health);
            if (board is not null)
            {
                services.Add(new RendezvousService(board, identity.Worker, options.WorldSize, options.RunId, parameters, logger));
            }

            var control = new ControlPlane(identity, options.Loggers);
            var port = options.Rank == 0 ? options.MasterPort : options.Port;
            var server = await control.ServeAsync(new IPEndPoint(bind, port), services, limits, cancellationToken).ConfigureAwait(false);
            var self = new RosterMember(
                identity.Worker,
                new HostPort(host, server.EndPoints[0].Port),
                RandomNumberGenerator.GetBytes(RosterMember.NonceLength),
                SuiteAnnouncement.Of(options.Suites()))
            {
                Cores = options.Cores,
            };
            Log.WorkerListens(logger, identity.Worker, server.EndPoints[0]);
            var transports = new LaneTransports(
                new LaneTransportOptions(bind, limits, identity.TlsOptions, options.Loggers), host, identity.Worker, logger);
            return new JobResources(control, server, transports, workers, faults, health, board, self, parameters, logger);
        }
        catch
        {
            identity.Dispose();
            throw;
        }
    }

    /// <summary>Waits until all workers have come.</summary>
    public async Task<JobRoster> JoinAsync(JobOptions options, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes;
        if (_board is null)
        {
            var client = new RendezvousClient(_control, new HostPort(options.MasterAddress, options.MasterPort), options.WorldSize,
                options.JoinTimeout, options.Clock, _logger);
            bytes = await client.JoinAsync(_self, options.RunId, _parameters, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _board.Claim(_self);
            bytes = await CoordinateAsync(_board, options.JoinTimeout, options.Clock, cancellationToken).ConfigureAwait(false);
        }

        var roster = JobRoster.Read(bytes, options.WorldSize, _self);
        _faults = FaultWatch.Start(_control, _faultService, roster, TimeProvider.System, _logger);
        _workers.Serve(roster);
        // The empty name is the server as a whole: a worker is ready once it has joined.
        _health.SetStatus(string.Empty, ServingStatus.Serving);
        Log.JobWasJoined(_logger, _self.Id, options.WorldSize, CommunicatorTelemetry.Name(roster.SessionId.Span));
        return roster;
    }

    /// <inheritdoc cref="LaneTransports.GetAsync"/>
    public Task<LaneRoutes> RoutesAsync(GroupParameters parameters, bool mayShareMemory, CancellationToken cancellationToken) =>
        _transports.GetAsync(parameters, mayShareMemory, cancellationToken);

    /// <inheritdoc cref="LinkOpening.OpenAsync"/>
    public async Task<OpenedLink[]> OpenLinksAsync(
        LinkRequest[] requests, LaneRoutes routes, TimeSpan timeout, CancellationToken cancellationToken) => requests is []
        ? []
        : await new LinkOpening(_control, routes, _workers, Faults, _logger).OpenAsync(requests, timeout, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Tells ranks that come later why a communicator was not opened here.</summary>
    public void RememberFailedOpen(string communicator, string reason) => _workers.RememberFailedOpen(communicator, reason);

    public async ValueTask DisposeAsync()
    {
        if (_faults is not null)
        {
            await _faults.DisposeAsync().ConfigureAwait(false);
        }

        await _host.DisposeAsync().ConfigureAwait(false);
        _faultService.Dispose();
        await _transports.DisposeAsync().ConfigureAwait(false);
        Identity.Dispose();
    }

    private static async Task<byte[]> CoordinateAsync(
        RendezvousBoard board, TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return await board.Roster.WaitAsync(timeout, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var reason = new MembershipException(
                MembershipError.MissingRanks,
                $"{Ranks.Name(board.Missing)} did not join within {timeout.TotalSeconds:0.###} s. Start what is missing, or raise the "
                    + "join time-out.");
            board.GiveUp(reason); // Those who came hear it too, before the server stops.
            throw reason;
        }
    }

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static IdentitySource OpenIdentity(JobOptions options, ILogger logger)
    {
        try
        {
            var files = new IdentityFiles(options.CertificatePath, options.KeyPath, options.AuthorityPath);
            var identity = IdentitySource.Open(files, TimeProvider.System, logger);
            if (identity.Worker.Rank == options.Rank && (options.JobName is null || identity.Worker.Job == options.JobName))
            {
                return identity;
            }

            identity.Dispose();
            throw new MembershipException(
                MembershipError.Configuration,
                $"The certificate '{options.CertificatePath}' is of rank {identity.Worker.Rank} of job '{identity.Worker.Job}', but this "
                    + $"worker was started as rank {options.Rank}"
                + (options.JobName is null ? "." : $" of job '{options.JobName}'.") + " Give it its own certificate.");
        }
        catch (InvalidIdentityException exception)
        {
            throw new MembershipException(MembershipError.Identity, exception.Message, exception);
        }
    }
}
