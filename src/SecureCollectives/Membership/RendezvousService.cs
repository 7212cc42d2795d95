using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Identity;
using SecureCollectives.Telemetry;

namespace SecureCollectives.Membership;

/// <summary>Serves Rendezvous.Join on rank 0.</summary>
/// <param name="board">The workers that have joined.</param>
/// <param name="refusals">Records refusals.</param>
/// <param name="self">This worker's identity.</param>
/// <param name="worldSize">The number of workers.</param>
/// <param name="runId">The run id of this attempt at the job.</param>
/// <param name="parameters">The parameters on which all workers must agree.</param>
/// <param name="clock">The clock against which the callers' certificates are checked.</param>
/// <param name="logger">The logger for joins and refusals.</param>
internal sealed class RendezvousService(
    RendezvousBoard board, JoinRefusals refusals, WorkerId self, int worldSize, string runId, ParameterList parameters, TimeProvider clock,
    ILogger logger)
    : Rendezvous.RendezvousBase
{
    /// <summary>The interval at which waiting workers are sent the list of missing ranks.</summary>
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromSeconds(1);

    /// <summary>Refused workers retry, so log messages about refusals are throttled.</summary>
    private readonly LogThrottle _throttle = new(TimeProvider.System);

    public override async Task Join(JoinRequest request, IServerStreamWriter<JoinUpdate> responseStream, ServerCallContext context)
    {
        var member = Check(request, context);
        var remote = RpcConnection.Of(context).Remote;
        if (board.Claim(member, remote.Address) is { } holder)
        {
            if (_throttle.MayLog($"rank {member.Id.Rank}", "claim", out var unlogged))
            {
                Log.ClaimWasRefused(logger, member.Id.Rank, member.EndPoint, holder.EndPoint, unlogged);
            }

            Instruments.Refused("rank-is-claimed");
            throw ControlPlane.Refusal(
                StatusCode.AlreadyExists,
                $"Rank {member.Id.Rank} is claimed by the worker at {holder.EndPoint}; "
                    + $"the one at {member.EndPoint} cannot have it too. Stop one of them.");
        }

        try
        {
            refusals.Forget(member.Id.Rank, remote.Address);
            Log.WorkerJoined(logger, member.Id.Rank, member.EndPoint, worldSize - board.Missing.Length, worldSize);
            await SendUpdatesAsync(responseStream, context.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (board.Release(member))
            {
                Log.WorkerLeft(logger, member.Id.Rank);
            }
        }
    }

    private async Task SendUpdatesAsync(IServerStreamWriter<JoinUpdate> updates, CancellationToken cancellationToken)
    {
        while (!board.Roster.IsCompleted)
        {
            var waiting = new Waiting();
            waiting.Missing.AddRange(board.Missing.Select(rank => (uint)rank));
            await updates.WriteAsync(new JoinUpdate { Waiting = waiting }, cancellationToken).ConfigureAwait(false);
            await Task.WhenAny(board.Roster, Task.Delay(UpdateInterval, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        byte[] roster;
        try
        {
            roster = await board.Roster.ConfigureAwait(false);
        }
        catch (MembershipException exception) when (exception.Error == MembershipError.MissingRanks)
        {
            throw ControlPlane.Refusal(StatusCode.Aborted, exception.Message);
        }
        catch (MembershipException exception)
        {
            Instruments.Refused("endpoint");
            throw ControlPlane.Refusal(StatusCode.InvalidArgument, exception.Message);
        }

        await updates.WriteAsync(new JoinUpdate { Roster = ByteString.CopyFrom(roster) }, cancellationToken).ConfigureAwait(false);
    }

    private RosterMember Check(JoinRequest request, ServerCallContext call)
    {
        var caller = ControlPlane.Caller(call, self, clock.GetUtcNow()).Worker;
        var remote = RpcConnection.Of(call).Remote;
        if (caller.Job != self.Job || caller.TrustDomain != self.TrustDomain || request.Rank != (uint)caller.Rank
            || caller.Rank == self.Rank || caller.Rank >= worldSize)
        {
            if (_throttle.MayLog(remote.Address, "wrong worker", out var unlogged))
            {
                Log.WrongWorkerWasRefused(logger, caller, remote, unlogged);
            }

            Instruments.Refused("identity");
            throw ControlPlane.Refusal(
                StatusCode.PermissionDenied,
                $"The certificate is for rank {caller.Rank} of job '{caller.Job}'; "
                    + $"it cannot join as rank {request.Rank} of job '{self.Job}', whose ranks 1 to {worldSize - 1} join here.");
        }

        if (request.RunId != runId)
        {
            throw Refuse(
                "other-run",
                StatusCode.NotFound,
                "This is another attempt at the job (the run ids differ). "
                    + "Give all workers the same SECURE_COLLECTIVES_RUN_ID, and stop those left over from earlier attempts.",
                unlogged => Log.OtherRunWasRefused(logger, caller.Rank, remote, unlogged));
        }

        if (parameters.Difference(request.Parameters, $"rank {caller.Rank}", "rank 0") is { } difference)
        {
            throw Refuse(
                "parameters",
                StatusCode.FailedPrecondition,
                $"The parameters of the job differ: {difference}. Give all workers the same.",
                unlogged => Log.ParametersDiffered(logger, caller.Rank, difference, unlogged));
        }

        if (request.Nonce.Length != RosterMember.NonceLength)
        {
            throw Malformed($"The nonce must have {RosterMember.NonceLength} bytes.");
        }

        if (!HostPort.TryParse(request.Endpoint, out var endPoint, out var fault))
        {
            throw Malformed(
                $"The endpoint of rank {caller.Rank}, '{PrintableText.Of(request.Endpoint)}', {fault}. "
                    + "Set SECURE_COLLECTIVES_ADVERTISED_ADDRESS there to a host name or address by which the other workers reach it.");
        }

        return SuiteAnnouncement.Read(request.Suites.Span) is { } suites
            ? new RosterMember(caller, endPoint, request.Nonce.Memory, suites) { Cores = RosterMember.CoresOf(request.Cores) }
            : throw Malformed(
                $"The suites must be 1 to {SuiteAnnouncement.MaxCount} codes, a byte each, "
                    + "none of them 0 and each greater than the one before.");

        RpcException Malformed(string reason) => Refuse(
            "malformed",
            StatusCode.InvalidArgument,
            reason,
            unlogged => Log.MalformedJoinWasRefused(logger, caller.Rank, remote, reason, unlogged));

        // Refuses a caller that has proved its rank.
        RpcException Refuse(string kind, StatusCode status, string reason, Action<Unlogged> log)
        {
            if (_throttle.MayLog($"rank {caller.Rank}", kind, out var unlogged))
            {
                log(unlogged);
            }

            Instruments.Refused(kind);
            refusals.Add(caller.Rank, remote, reason);
            return ControlPlane.Refusal(status, reason);
        }
    }
}
