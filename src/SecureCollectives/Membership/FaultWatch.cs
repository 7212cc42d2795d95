using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Faults;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>
/// Fault attribution of one worker: it reports to two arbiters, and is one to others. Owner of both sides, and of the way between them
/// where they are the same worker.
/// </summary>
internal sealed class FaultWatch : IAsyncDisposable
{
    private static readonly TimeSpan SeekInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What is called there would answer with less; nothing is.</summary>
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

        // To itself too a rank reports and answers like any other, by way of queues.
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

    /// <summary>Begins, when the job was joined.</summary>
    public static FaultWatch Start(ControlPlane control, FaultService service, JobRoster roster, TimeProvider clock, ILogger logger)
    {
        var watch = new FaultWatch(control, service, roster, clock, logger);
        service.Serve(roster, watch._arbiter);
        watch._connections.Start();
        return watch;
    }

    /// <summary>A communicator opens; <see cref="CommunicatorWatch.Attach"/> it to its loop.</summary>
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
    /// Others have a communicator that this rank takes no part in; it may have to decide who is to blame when that fails.
    /// </summary>
    /// <param name="communicator">Its id.</param>
    /// <param name="members">Who has it, in the job.</param>
    public void Know(string communicator, int[] members) => _communicators.Know(communicator, members);

    /// <summary>A communicator has ended.</summary>
    public void Close(CommunicatorWatch watch) => _communicators.Remove(watch);

    /// <summary>
    /// Whether a rank's process has ended: nothing listens at its port. The connection is not cut short, or the peer would take it for a
    /// an unauthenticated connection's.
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
    /// Whether a rank lives that keeps no connection here: it does when it proves in a TLS handshake that it is that rank. A port that
    /// refuses has no process any more.
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
                // Its listener may have been busy, or its process is just ending.
            }

            await Task.Delay(SeekInterval, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (limit.IsCancellationRequested)
            {
                return Presence.Silent;
            }
        }
    }
}
