using System.Diagnostics;
using System.Security.Cryptography;
using Grpc.HealthCheck;
using Microsoft.Extensions.Logging;
using SecureCollectives.Identity;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Links;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace SecureCollectives.Membership;

/// <summary>Owns a worker's resources for its job: identity, control endpoint, and lane transports.</summary>
internal sealed class JobResources : IAsyncDisposable
{
    private const int MaxUnauthenticated = 64;
    private const int MinUnauthenticatedPerSource = 8;
    private const int MinMemberAddresses = 16;
    private const int AddressesPerMember = 4;

    private readonly ControlPlane _control;
    private readonly RpcHost _host;
    private readonly LaneTransports _transports;
    private readonly WorkerService _workers;
    private readonly HealthServiceImpl _health;
    private readonly Coordinator? _coordinator;
    private readonly RendezvousClient? _client;
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
        Coordinator? coordinator,
        RendezvousClient? client,
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
        _coordinator = coordinator;
        _client = client;
        _self = self;
        _parameters = parameters;
        _logger = logger;
    }

    public IdentitySource Identity => _control.Identity;

    /// <summary>Attributes the failures of communicators. Available once the job has been joined.</summary>
    public FaultWatch Faults => _faults ?? throw new UnreachableException("The job has not been joined yet.");

    /// <summary>Calls the peers.</summary>
    public ControlPlane Control => _control;

    /// <summary>The links of open communicators, which peers may replace.</summary>
    public OpenLinks OpenLinks => _workers.OpenLinks;

    /// <summary>
    /// Loads the identity, resolves rank 0 and starts listening. Rank 0 listens on the addresses of MASTER_ADDR, and the other ranks on
    /// the local address of their route to it.
    /// </summary>
    public static async Task<JobResources> StartAsync(JobOptions options, JoinLimit limit, CancellationToken cancellationToken)
    {
        var logger = options.Loggers.CreateLogger<Job>();
        var resolve = HostResolver.Connectable(options.Resolve);
        var identity = await OwnIdentity.OpenAsync(options, limit, logger).ConfigureAwait(false);
        RendezvousClient? client = null;
        FaultService? faults = null;
        RpcHost? server = null;
        try
        {
            var refusals = new JoinRefusals(identity.Worker, options.WorldSize);
            var control = new ControlPlane(identity, options.Loggers)
            {
                Resolve = resolve,
                Refusals = options.Rank == 0 ? refusals : null,
            };
            ListenAddresses addresses;
            if (options.Rank == 0)
            {
                addresses = ListenAddresses.OfMaster(
                    options,
                    await HostResolver.ResolveMasterAsync(options.MasterAddress, resolve, limit, logger).ConfigureAwait(false));
            }
            else
            {
                var master = new HostPort(options.MasterAddress, options.MasterPort);
                client = new RendezvousClient(control, master, options.WorldSize, limit, logger);
                addresses = ListenAddresses.Given(options)
                    ?? ListenAddresses.Of(options, await client.ReachAsync().ConfigureAwait(false));
            }

            var limits = Limits(options);
            var workers = new WorkerService(identity.Worker, identity.Time, logger);
            var parameters = JobParameters.Of(options, identity.Worker);
            var health = new HealthServiceImpl();
            health.SetStatus(string.Empty, ServingStatus.NotServing);
            faults = new FaultService(identity.Worker, identity.Time, logger);
            var services = new RpcServices().Add(workers).Add(faults).Add(health);
            var board = options.Rank == 0 ? new RendezvousBoard(options.WorldSize) : null;
            if (board is not null)
            {
                services.Add(new RendezvousService(
                    board, refusals, identity.Worker, options.WorldSize, options.RunId, parameters, identity.Time, logger));
            }

            var port = options.Rank == 0 ? options.MasterPort : options.Port;
            var ports = port == 0 ? options.Ports : ListenPorts.Of(port);
            var listener = new ControlListener(
                wanted => control.ServeAsync(wanted, ports, services, limits, cancellationToken), limit, logger);
            (server, var bound) = await listener.StartAsync(
                addresses.Control, options.Rank == 0 ? ControlListener.Patience : TimeSpan.Zero).ConfigureAwait(false);
            addresses = addresses.Bound(bound, options);
            var self = new RosterMember(
                identity.Worker,
                new HostPort(addresses.Advertised, server.EndPoints[0].Port),
                RandomNumberGenerator.GetBytes(RosterMember.NonceLength),
                SuiteAnnouncement.Of(options.Suites()))
            {
                Cores = options.Cores,
            };
            foreach (var endPoint in server.EndPoints)
            {
                Log.WorkerListens(logger, identity.Worker, endPoint);
            }

            var lanes = new LaneTransportOptions(addresses.Lanes, limits, identity.TlsOptions, options.Loggers)
            {
                Ports = options.Ports,
                Resolve = resolve,
            };
            var transports = new LaneTransports(lanes, addresses.Advertised, identity.Worker, logger);
            var coordinator = board is null ? null : new Coordinator(board, refusals, options, addresses, limit, logger);
            return new JobResources(
                control, server, transports, workers, faults, health, coordinator, client, self, parameters, logger);
        }
        catch
        {
            if (client is not null)
            {
                await client.DisposeAsync().ConfigureAwait(false);
            }

            if (server is not null)
            {
                await server.DisposeAsync().ConfigureAwait(false);
            }

            faults?.Dispose();
            identity.Dispose();
            throw;
        }
    }

    /// <summary>Joins the job, and waits until all workers have joined.</summary>
    public async Task<JobRoster> JoinAsync(JobOptions options)
    {
        var bytes = _client is not null
            ? await _client.JoinAsync(_self, options.RunId, _parameters).ConfigureAwait(false)
            : await _coordinator!.RunAsync(_self).ConfigureAwait(false);
        var roster = JobRoster.Read(bytes, options.WorldSize, _self);
        _faults = FaultWatch.Start(_control, _faultService, roster, TimeProvider.System, _logger);
        _workers.Serve(roster);
        // The empty name stands for the whole server. A worker is ready once it has joined.
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

    /// <summary>Refuses later calls from other ranks for a communicator that could not be opened here, giving the reason.</summary>
    public void RememberFailedOpen(string communicator, string reason) => _workers.RememberFailedOpen(communicator, reason);

    public async ValueTask DisposeAsync()
    {
        if (_faults is not null)
        {
            await _faults.DisposeAsync().ConfigureAwait(false);
        }

        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }

        await _host.DisposeAsync().ConfigureAwait(false);
        _faultService.Dispose();
        await _transports.DisposeAsync().ConfigureAwait(false);
        Identity.Dispose();
    }

    private static AdmissionLimits Limits(JobOptions options) => new()
    {
        Control = new AdmissionControl(Math.Max(MinMemberAddresses, AddressesPerMember * options.WorldSize)),
        MaxConnections = MaxUnauthenticated,
        MaxConnectionsPerSource = Math.Min(
            MaxUnauthenticated, options.UnauthenticatedPerSource ?? Math.Max(MinUnauthenticatedPerSource, options.WorldSize)),
    };
}
