using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Identity;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Links;

/// <summary>A rank of a job with a control port, lanes, one link to another rank and its keeper. The owner of the link is a fake.</summary>
internal sealed class KeptEnd : IAsyncDisposable
{
    private readonly IdentitySource _identity;
    private readonly LaneTransports _transports;
    private readonly RpcHost _host;
    private readonly RecordingLoggerFactory _logs;
    private readonly TimeProvider _time;
    private LinkKeeper? _keeper;
    private bool _isDead;

    private KeptEnd(int rank, IdentitySource identity, ControlPlane control, WorkerService workers, AlteringService service, RpcHost host,
        RecordingLoggerFactory logs, TimeProvider time)
    {
        (Rank, _identity, Control, Workers, Service, _host, _logs, _time) = (rank, identity, control, workers, service, host, logs, time);
        _transports = new LaneTransports(
            new LaneTransportOptions(IPAddress.Loopback, new AdmissionLimits(), identity.TlsOptions, logs), "127.0.0.1", identity.Worker,
                logs.Logger);
        Self = new RosterMember(identity.Worker, new HostPort("127.0.0.1", host.EndPoints[0].Port), new byte[RosterMember.NonceLength],
            AutomaticSuite.Announcement);
    }

    public int Rank { get; }

    public ControlPlane Control { get; }

    public WorkerService Workers { get; }

    public AlteringService Service { get; }

    public int ControlPort => _host.EndPoints[0].Port;

    /// <summary>Gets or sets the roster entry with which this rank announces itself.</summary>
    public RosterMember Self { get; set; }

    /// <summary>Gets or sets a callback that receives the lane routes before the first lane is opened.</summary>
    public Action<LaneRoutes>? RoutesMade { get; set; }

    public FakeOwner Owner { get; private set; } = null!;

    public LinkKeeper Keeper => _keeper!;

    public OpenedLink First { get; private set; } = null!;

    public LinkRequest Request { get; private set; } = null!;

    /// <summary>Completes with the failure of the communicator.</summary>
    public TaskCompletionSource<OperationFailure> Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<KeptEnd> StartAsync(int rank, IdentityFiles files, RecordingLoggerFactory logs, TimeProvider time)
    {
        var identity = IdentitySource.Open(files, time, NullLogger.Instance);
        var control = new ControlPlane(identity, logs);
        var workers = new WorkerService(identity.Worker, time, logs.Logger);
        var service = new AlteringService(workers);
        var host = await control.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0), new RpcServices().Add(service), new AdmissionLimits(), CancellationToken.None);
        return new KeptEnd(rank, identity, control, workers, service, host, logs, time);
    }

    /// <summary>Opens the first link and starts its keeper.</summary>
    public async Task OpenAsync(byte[] roster, int worldSize, int peer, CommunicatorOptions options, TimeSpan timeout, ulong operation)
    {
        var read = JobRoster.Read(roster, worldSize, Self);
        Workers.Serve(read);
        Request = new LinkRequest(
            read, _identity.Worker, peer, "kept", new GroupParameters(options, SuiteCode.Aes256Gcm), AeadEngines.OpenSsl);
        var routes = await _transports.GetAsync(
            Request.Parameters, mayShareMemory: options.LocalTransport == LocalTransport.Memory, CancellationToken.None);
        RoutesMade?.Invoke(routes);
        if (Request.Initiates)
        {
            First = await new LinkInitiator(
                new LinkAttempt(Control, routes, _logs.Logger), false, _logs.Logger).OpenAsync(Request, timeout, CancellationToken.None);
        }
        else
        {
            var expectation = Workers.Expect(Request, routes);
            First = await expectation.TakeAsync(timeout, CancellationToken.None);
            Workers.Forget(expectation);
        }

        var positions = Enumerable.Range(0, options.Lanes).Select(lane => ((ulong)(Rank + 1) << 40) + (ulong)lane);
        Owner = new FakeOwner(First.Link, new LinkPositions([.. positions]), operation);
        _keeper = new LinkKeeper(
            new LinkKeeperParts(Control, Workers.OpenLinks, routes, opened => opened.Link, options.LinkKeeping, _time, _logs.Logger));
        _keeper.Start(Owner, [(Request, First)], failure => Aborted.TrySetResult(failure));
    }

    public void Break(string words) => Keeper.LinkNeedsReplacement(Request.Peer, LinkEnd.Broken(words));

    public void Want(LinkCauseCode cause) => Keeper.LinkNeedsReplacement(Request.Peer, new LinkEnd(cause, $"{cause}, for a test"));

    /// <summary>Simulates a killed process: its ports no longer answer.</summary>
    public async Task KillAsync()
    {
        if (!_isDead)
        {
            _isDead = true;
            if (_keeper is not null)
            {
                await _keeper.DisposeAsync();
            }

            await _host.DisposeAsync();
            await _transports.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Owner?.Link?.Dispose();
        _identity.Dispose();
    }
}
