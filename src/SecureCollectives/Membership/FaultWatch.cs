using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Faults;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>
/// A worker's fault attribution: it reports to two arbiters and acts as an arbiter for other ranks. Owns both sides, and the queues that
/// connect them if the worker is its own arbiter.
/// </summary>
internal sealed class FaultWatch : IAsyncDisposable
{
    private static readonly TimeSpan SeekInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The maximum size of replies. The connection is only a probe, so no calls are made on it.</summary>
    private const int MaxReplyBytes = 4 << 10;

    private readonly OpenCommunicators _communicators;
    private readonly FaultReporter _reporter;
    private readonly FaultArbiter _arbiter;
    private readonly ArbiterConnections _connections;
    private readonly FaultService _service;
    private readonly ControlPlane _control;
    private readonly JobRoster _roster;
    private readonly int _rank;
    private readonly FaultChannel _toSelf = new();
    private readonly FaultChannel _fromSelf = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private readonly Task[] _local;

    private FaultWatch(ControlPlane control, FaultService service, JobRoster roster, TimeProvider clock, ILogger logger)
    {
        _stopping = _stop.Token;
        _control = control;
        _service = service;
        _roster = roster;
        _rank = control.Identity.Worker.Rank;
        var size = roster.Members.Count;
        _communicators = new OpenCommunicators(_rank);
        _reporter = new FaultReporter(_rank, size, _communicators, clock, logger);
        _arbiter = new FaultArbiter(_rank, size, _communicators, SeekAsync, clock, logger);
        _reporter.Relay = _arbiter.Relay;
        _arbiter.Vouch = _reporter.Vouch;
        _connections = new ArbiterConnections(control, roster, _rank, _reporter, logger);

        // A rank communicates with itself as it does with others, through queues.
        _local =
        [
            Task.Run(() => _toSelf.WriteAsync(message => Deliver(() => _arbiter.Received(_rank, _fromSelf, message)), _stop.Token)),
            Task.Run(() => _fromSelf.WriteAsync(message => Deliver(() => _reporter.Received(_rank, message)), _stop.Token)),
        ];
        _arbiter.Connected(_rank, _fromSelf);
        if (_rank < ArbiterConnections.Wanted)
        {
            _reporter.Connected(_rank, _toSelf);
        }
    }

    /// <summary>Starts fault attribution, once the job has been joined.</summary>
    public static FaultWatch Start(ControlPlane control, FaultService service, JobRoster roster, TimeProvider clock, ILogger logger)
    {
        var watch = new FaultWatch(control, service, roster, clock, logger);
        service.Serve(roster, watch._arbiter);
        watch._connections.Start();
        return watch;
    }

    /// <summary>Registers a communicator that is being opened. Call <see cref="CommunicatorWatch.Attach"/> when it has channels.</summary>
    public CommunicatorWatch Open(string communicator)
    {
        var watch = new CommunicatorWatch(communicator, _rank, _reporter);
        _communicators.Add(watch);
        if (_rank == 0)
        {
            _arbiter.Announce(watch.Instance);
        }

        return watch;
    }

    /// <summary>
    /// Registers a communicator of which this rank is not a member, but whose failures it may have to attribute.
    /// </summary>
    /// <param name="communicator">The id of the communicator.</param>
    /// <param name="members">Its members' ranks in the job.</param>
    public void Know(string communicator, int[] members) => _communicators.Know(communicator, members);

    /// <summary>Removes a communicator that has ended.</summary>
    public void Close(CommunicatorWatch watch) => _communicators.Remove(watch);

    /// <summary>
    /// Returns whether a rank's process has ended, in which case its port refuses connections. Completes the handshake, because otherwise
    /// the peer would count the connection as unauthenticated.
    /// </summary>
    public async Task<bool> HasEndedAsync(int rank)
    {
        var member = _roster.Members[rank];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        limit.CancelAfter(AskTimeout);
        try
        {
            var connection = await _control.ConnectAsync(member.EndPoint, member.Id, MaxReplyBytes, limit.Token).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            return false;
        }
        catch (ConnectionException exception)
        {
            return exception.Failure == ConnectionFailure.Refused;
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync().ConfigureAwait(false);
        await _connections.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await ((Task)Task.WhenAll(_local)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _arbiter.Dispose();
        _reporter.Dispose();
        _stop.Dispose();
    }

    private static Task Deliver(Action deliver)
    {
        deliver();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Probes a rank that is not connected here. The rank is alive if it proves its rank in a TLS handshake. If its port refuses
    /// connections, its process has ended.
    /// </summary>
    private async Task<Presence> SeekAsync(int rank)
    {
        var member = _roster.Members[rank];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(FaultCase.AnswerTime);
        while (true)
        {
            try
            {
                var connection = await _control.ConnectAsync(member.EndPoint, member.Id, MaxReplyBytes, limit.Token).ConfigureAwait(false);
                await connection.DisposeAsync().ConfigureAwait(false);
                return Presence.Present;
            }
            catch (ConnectionException exception) when (exception.Failure == ConnectionFailure.Refused)
            {
                return Presence.Gone;
            }
            catch (Exception exception) when (exception is RpcException or OperationCanceledException)
            {
                // Its listener may have been busy, or its process may be ending.
            }

            await Task.Delay(SeekInterval, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (limit.IsCancellationRequested)
            {
                return Presence.Silent;
            }
        }
    }
}
