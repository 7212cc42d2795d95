using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>Joins at rank 0, which may start later than this worker.</summary>
internal sealed class RendezvousClient(
    ControlPlane control, HostPort master, int worldSize, TimeSpan timeout, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    private int[] _missing = [];
    private RpcException? _lastFailure;
    private int _refusals;

    /// <returns>The roster's bytes as served.</returns>
    /// <exception cref="MembershipException">Not joined: refused, not trusted, not reachable, or ranks are missing.</exception>
    public async Task<ReadOnlyMemory<byte>> JoinAsync(
        RosterMember self, string runId, ParameterList parameters, CancellationToken cancellationToken)
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
        var coordinator = self.Id.OfRank(0);
        using var late = new CancellationTokenSource(timeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            while (true)
            {
                try
                {
                    return await TryJoinAsync(request, coordinator, limit.Token).ConfigureAwait(false);
                }
                catch (RpcException exception) when (MayComeLater(exception))
                {
                    if (_lastFailure is null)
                    {
                        Log.MasterIsAwaited(logger, master, ControlPlane.Words(exception));
                    }

                    _lastFailure = exception;
                }
                catch (RpcException exception)
                {
                    throw ToMembership(exception);
                }

                await Task.Delay(RetryInterval, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut();
        }
    }

    private async Task<ReadOnlyMemory<byte>> TryJoinAsync(JoinRequest request, WorkerId coordinator, CancellationToken cancellationToken)
    {
        var connection = await control.ConnectAsync(master, coordinator, JobRoster.MaxBytes(worldSize, coordinator.Map), cancellationToken)
            .ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await connection.CallAsync(
                async calls =>
                {
                    using var call = new Rendezvous.RendezvousClient(calls).Join(request, cancellationToken: cancellationToken);
                    return await ReadAsync(call.ResponseStream, cancellationToken).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(IAsyncStreamReader<JoinUpdate> updates, CancellationToken cancellationToken)
    {
        await foreach (var update in updates.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (update.UpdateCase == JoinUpdate.UpdateOneofCase.Roster)
            {
                return update.Roster.Memory;
            }

            if (update.UpdateCase != JoinUpdate.UpdateOneofCase.Waiting)
            {
                continue; // News of a later version.
            }

            _missing = [.. update.Waiting.Missing.Select(rank => (int)rank)];
            if (_missing.Length > 0)
            {
                Log.RanksAreAwaited(logger, Ranks.Name(_missing));
            }
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "Rank 0 ended the call without a roster."));
    }

    /// <summary>Rank 0 is not there yet, or its listener was busy with others: worth another try.</summary>
    private bool MayComeLater(RpcException exception)
    {
        _refusals = exception is ConnectionException { Failure: ConnectionFailure.ClosedAfterHandshake } ? _refusals + 1 : 0;
        return exception.StatusCode == StatusCode.Unavailable
            && exception is not ConnectionException { Failure: ConnectionFailure.TlsFailed }
            && _refusals < ControlPlane.MaxRefusals;
    }

    private MembershipException ToMembership(RpcException exception) => exception.StatusCode switch
    {
        StatusCode.Unavailable => new MembershipException(MembershipError.Untrusted, ControlPlane.Words(exception), exception),
        StatusCode.FailedPrecondition => new MembershipException(
            MembershipError.ParametersDiffer, $"Rank 0 at {master} refused this worker: {ControlPlane.Words(exception)}", exception),
        StatusCode.Aborted => new MembershipException(MembershipError.MissingRanks, ControlPlane.Words(exception), exception),
        _ => new MembershipException(
            MembershipError.Refused, $"Rank 0 at {master} refused this worker: {ControlPlane.Words(exception)}", exception),
    };

    private MembershipException TimedOut() => _missing.Length > 0
        ? new MembershipException(
            MembershipError.MissingRanks,
                $"{Ranks.Name(_missing)} did not join within {timeout.TotalSeconds:0.###} s. Start what is missing, or raise the join "
                    + "time-out.")
        : new MembershipException(
            MembershipError.Unreachable,
            $"Rank 0 could not be joined at {master} within {timeout.TotalSeconds:0.###} s. "
                + $"{(_lastFailure is null ? "It did not answer." : ControlPlane.Words(_lastFailure))}",
            _lastFailure);
}
