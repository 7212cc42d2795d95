using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Joins the job at rank 0. Rank 0 may start later than this worker, its name may not resolve yet, or an earlier attempt's rank 0 may still
/// hold the port; such failures are retried until the time limit.
/// </summary>
/// <param name="control">Calls rank 0.</param>
/// <param name="master">The control endpoint of rank 0.</param>
/// <param name="worldSize">The number of workers.</param>
/// <param name="limit">The time limit of the join.</param>
/// <param name="logger">The log.</param>
internal sealed class RendezvousClient(ControlPlane control, HostPort master, int worldSize, JoinLimit limit, ILogger logger)
    : IAsyncDisposable
{
    /// <summary>By a peer's clock, a certificate that became valid so recently may not be valid yet.</summary>
    private static readonly TimeSpan NewlyValid = TimeSpan.FromMinutes(10);

    private readonly LogThrottle _throttle = new(limit.Clock);
    private readonly WorkerId _coordinator = control.Identity.Worker.OfRank(0);
    private ClientConnection? _connection;
    private RetryPause _pause = new();
    private int[] _missing = [];
    private RpcException? _lastFailure;
    private RpcException? _lastRefusal;
    private bool _isConnected;

    /// <summary>Connects to rank 0, and keeps the connection for <see cref="JoinAsync"/>.</summary>
    /// <returns>The local address of the connection, by which this worker and rank 0 reach each other.</returns>
    /// <exception cref="MembershipException">Rank 0 was not reached in time, or cannot be trusted.</exception>
    public Task<IPAddress> ReachAsync() => RetryAsync(async () =>
    {
        _connection = await ConnectAsync().ConfigureAwait(false);
        Progressed();
        return _connection.Peer.Local.Address;
    });

    /// <summary>Joins, and waits until all ranks have.</summary>
    /// <returns>The roster's bytes as served.</returns>
    /// <exception cref="MembershipException">This worker or rank 0 was refused, rank 0 was not reached, or ranks are missing.</exception>
    public Task<ReadOnlyMemory<byte>> JoinAsync(RosterMember self, string runId, ParameterList parameters)
    {
        var request = new JoinRequest
        {
            RunId = runId,
            Rank = (uint)self.Id.Rank,
            Nonce = ByteString.CopyFrom(self.Nonce.Span),
            Endpoint = self.EndPoint.ToString(),
            Parameters = parameters.ToString(),
            Suites = ByteString.CopyFrom(self.Suites.Codes),
            Cores = (uint)self.Cores,
        };
        return RetryAsync(() => TryJoinAsync(request));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<T> RetryAsync<T>(Func<Task<T>> attempt)
    {
        try
        {
            while (true)
            {
                try
                {
                    return await attempt().ConfigureAwait(false);
                }
                catch (RpcException exception) when (JoinFailures.MayPass(exception))
                {
                    Note(exception);
                }
                catch (RpcException exception)
                {
                    throw Final(exception);
                }

                await limit.DelayAsync(Pause()).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (limit.IsOver)
        {
            throw TimedOut();
        }
    }

    private Task<ClientConnection> ConnectAsync() =>
        control.ConnectAsync(master, _coordinator, JobRoster.MaxBytes(worldSize, _coordinator.Map), limit.Token);

    private async Task<ReadOnlyMemory<byte>> TryJoinAsync(JoinRequest request)
    {
        var connection = Interlocked.Exchange(ref _connection, null) ?? await ConnectAsync().ConfigureAwait(false);
        Progressed();
        await using (connection.ConfigureAwait(false))
        {
            return await connection.CallAsync(
                async calls =>
                {
                    using var call = new Rendezvous.RendezvousClient(calls).Join(request, cancellationToken: limit.Token);
                    return await ReadAsync(call.ResponseStream).ConfigureAwait(false);
                },
                limit.Token).ConfigureAwait(false);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(IAsyncStreamReader<JoinUpdate> updates)
    {
        await foreach (var update in updates.ReadAllAsync(limit.Token).ConfigureAwait(false))
        {
            if (update.UpdateCase == JoinUpdate.UpdateOneofCase.Roster)
            {
                return update.Roster.Memory;
            }

            if (update.UpdateCase != JoinUpdate.UpdateOneofCase.Waiting)
            {
                continue; // An update of a later version.
            }

            // Rank 0 has accepted this worker, which supersedes all earlier failures.
            _pause = new RetryPause();
            _lastFailure = null;
            _lastRefusal = null;
            _missing = [.. update.Waiting.Missing.Select(rank => (int)rank)];
            if (_missing.Length > 0)
            {
                Log.RanksAreAwaited(logger, Ranks.Name(_missing));
            }
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "Rank 0 ended the call without a roster."));
    }

    /// <summary>Records that rank 0 was reached and is trusted, which supersedes earlier failures to reach it.</summary>
    private void Progressed()
    {
        _isConnected = true;

        // A refused TLS 1.3 client also sees its handshake succeed, so a new connection does not supersede a refusal.
        if (_lastFailure is ConnectionException { Failure: not ConnectionFailure.ClosedAfterHandshake })
        {
            _lastFailure = null;
        }
    }

    private void Note(RpcException exception)
    {
        var kind = JoinFailures.Name(exception);
        if (_throttle.MayLog(kind, kind, out var unlogged))
        {
            if (JoinFailures.IsRefusal(exception))
            {
                Log.JoinIsTriedAgain(logger, master, limit.Timeout.TotalSeconds, ControlPlane.Words(exception), unlogged);
            }
            else
            {
                Log.MasterIsAwaited(logger, master, ControlPlane.Words(exception), unlogged);
            }
        }

        _lastFailure = exception;
        _lastRefusal = JoinFailures.IsRefusal(exception) ? exception : _lastRefusal;
        _isConnected = false;
        _missing = []; // From a call that has ended.
    }

    /// <summary>
    /// A refused connection costs nothing, so it is retried quickly and workers join soon after rank 0 starts; other attempts cost a
    /// handshake.
    /// </summary>
    private TimeSpan Pause() =>
        _lastFailure is ConnectionException { Failure: ConnectionFailure.Refused } ? RetryPause.First : _pause.Next();

    private MembershipException Final(RpcException exception) => new(
        JoinFailures.Kind(exception),
        exception is ConnectionException || exception.StatusCode == StatusCode.Aborted
            ? ControlPlane.Words(exception)
            : $"Rank 0 at {master} refused this worker: {ControlPlane.Words(exception)}",
        exception);

    private MembershipException TimedOut()
    {
        if (_missing.Length > 0)
        {
            return new MembershipException(
                MembershipError.MissingRanks,
                $"{Ranks.Name(_missing)} did not join within {limit}. Start what is missing, or raise the join timeout.");
        }

        var words = _lastFailure is { } failure ? ControlPlane.Words(failure)
            : _isConnected ? "It accepted the connection and did not answer the call; see its log." : "It did not answer.";
        return new MembershipException(
            _lastFailure is null ? MembershipError.Unreachable : JoinFailures.Kind(_lastFailure),
            $"Rank 0 could not be joined at {master} within {limit}. {words}{Advice()}{Earlier()}",
            _lastFailure);
    }

    /// <summary>
    /// Returns the last refusal if a later attempt failed for another reason: a rank 0 that refuses this worker ends at its own time limit.
    /// </summary>
    private string Earlier() => _lastRefusal is { } refusal && !ReferenceEquals(refusal, _lastFailure)
        ? $" An earlier attempt was refused: {ControlPlane.Words(refusal)}"
        : string.Empty;

    private string Advice()
    {
        switch (_lastFailure)
        {
            case ConnectionException { Failure: ConnectionFailure.ClosedAfterHandshake }:
                var validFrom = control.Identity.Newest().NotBefore;
                return control.Identity.Time.GetUtcNow() - validFrom < NewlyValid
                    ? $" This worker's certificate is valid only since {validFrom.ToUniversalTime():yyyy-MM-dd HH:mm:ss 'UTC'}: "
                        + "a peer whose clock is behind refuses it until then."
                    : string.Empty;
            case ConnectionException { Failure: ConnectionFailure.Refused } when LocalAddresses.IsLoopback(master.Host):
                return $" {master.Host} is this host itself: if rank 0 runs on another host, set MASTER_ADDR to an address of that host.";
            default:
                return string.Empty;
        }
    }
}
