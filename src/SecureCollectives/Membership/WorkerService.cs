using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Framing;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>
/// Serves Worker: OpenLink, the responder's side of links to lower ranks, and RequestLink, by which higher ranks request replacements.
/// </summary>
internal sealed class WorkerService(WorkerId self, TimeProvider clock, ILogger logger) : Worker.WorkerBase
{
    /// <summary>The time limit for calls without a deadline.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10);

    /// <summary>The maximum wait for the roster. The caller already has it, and rank 0 sends it to all ranks at the same time.</summary>
    public static readonly TimeSpan MaxRosterWait = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<JobRoster> _roster = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LinkExpectations _expectations = new();

    /// <summary>Throttles log messages, because any member of the job can trigger refusals as often as it likes.</summary>
    private readonly LogThrottle _throttle = new(clock);

    /// <summary>The links of open communicators.</summary>
    public OpenLinks OpenLinks { get; } = new();

    /// <summary>Sets the roster against which calls are checked.</summary>
    public void Serve(JobRoster roster) => _roster.TrySetResult(roster);

    /// <summary>Begins to expect a link that a lower rank opens. Calls that arrived earlier are served now.</summary>
    public LinkExpectation Expect(LinkRequest request, LaneRoutes routes)
    {
        var expectation = new LinkExpectation(request, routes);
        _expectations.Add(expectation);
        return expectation;
    }

    /// <summary>Ends <see cref="Expect"/>.</summary>
    public void Forget(LinkExpectation expectation)
    {
        _expectations.Remove(expectation);
        expectation.Dispose();
    }

    /// <inheritdoc cref="JobResources.RememberFailedOpen"/>
    public void RememberFailedOpen(string communicator, string reason) => _expectations.AddFailure(communicator, reason);

    /// <summary>Ends <see cref="RememberFailedOpen"/>: the communicator is being reopened.</summary>
    /// <returns>Whether opening it failed recently.</returns>
    public bool ForgetFailedOpen(string communicator) => _expectations.RemoveFailure(communicator);

    public override async Task<OpenLinkReply> OpenLink(OpenLinkRequest request, ServerCallContext context)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        limit.CancelAfter(MaxWait);
        try
        {
            return await OpenLinkAsync(request, context, limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw ControlPlane.Refusal(
                StatusCode.Unavailable, $"This worker was not ready for the link within {MaxWait.TotalMinutes:0} min; try again.");
        }
    }

    private async Task<OpenLinkReply> OpenLinkAsync(OpenLinkRequest request, ServerCallContext call, CancellationTokenSource limit)
    {
        var caller = ControlPlane.Caller(call, self, clock.GetUtcNow());
        var roster = await WaitForRosterAsync(limit.Token).ConfigureAwait(false);
        using var offer = OfferMessage.TryRead(request, out var read)
            ? read
            : throw ControlPlane.Refusal(
                StatusCode.InvalidArgument, "The link's fields are malformed; both workers must run the same version.");
        CheckCaller(request, caller, roster);
        if (request.Replacement != 0)
        {
            return await ReplaceAsync(request, caller, offer, call, limit.Token).ConfigureAwait(false);
        }

        while (true)
        {
            var expectation = await _expectations.WaitAsync(KeyOf(request), limit.Token).ConfigureAwait(false);
            CheckParameters(request, expectation.Request, expectation.Fail);
            CheckOffer(request, offer, expectation.Request);
            if (Answer(expectation,
                new OpenLinkCall(
                    offer, Own(call), caller, LinkPositions.None(request.Positions.Count), request.MemoryHost.Memory)) is { } reply)
            {
                return reply;
            }

            // The caller is ahead: it has left this communicator and is reopening it under the same id, while this worker is still waiting
            // for other ranks of the earlier one.
            await expectation.Ended.WaitAsync(limit.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Replaces a link. The call never waits for the communicator, which is either open or not.</summary>
    private async Task<OpenLinkReply> ReplaceAsync(
        OpenLinkRequest request, PeerIdentity caller, InitiatorOffer offer, ServerCallContext call, CancellationToken cancellationToken)
    {
        var link = OpenLinks.FindReplaceable(KeyOf(request), request.FirstLink.Span);
        CheckParameters(request, link.Request, _ => { });
        CheckOffer(request, offer, link.Request);
        var wanted = link.Request with
        {
            Replaces = new ReplacedLink(link.FirstLink, request.Replacement, (LinkCauseCode)request.Cause, request.Operation),
        };
        var made = new OpenLinkCall(offer, Own(call), caller, new LinkPositions([.. request.Positions]), request.MemoryHost.Memory);
        var answer = await link.AcceptAsync(wanted, made, cancellationToken).ConfigureAwait(false);
        return answer.Reply;
    }

    public override async Task<RequestLinkReply> RequestLink(RequestLinkRequest request, ServerCallContext context)
    {
        var caller = ControlPlane.Caller(context, self, clock.GetUtcNow());
        var roster = await WaitForRosterAsync(context.CancellationToken).ConfigureAwait(false);
        if (!IsMember(caller, request.ResponderRank, roster) || request.InitiatorRank != (uint)self.Rank
            || request.InitiatorRank >= request.ResponderRank)
        {
            if (_throttle.MayLog(caller.Worker.ToString(), "link", out var unlogged))
            {
                Log.LinkWasRefused(logger, caller.Worker, request.InitiatorRank, request.ResponderRank, unlogged);
            }

            Instruments.Refused("identity");
            throw ControlPlane.Refusal(
                StatusCode.PermissionDenied,
                $"{caller.Worker} cannot ask {self} for a link from rank {request.InitiatorRank} to rank {request.ResponderRank}; "
                    + "the higher rank asks the lower, for itself.");
        }

        CheckSession(request.SessionId.Span, request.Epoch, request.ResponderRank, roster);
        if (!ReplacedLink.IsCause(request.Cause) || request.FirstLink.Length != LaneHello.LinkIdLength
            || request.Channel > GroupParameters.LastChannel)
        {
            throw ControlPlane.Refusal(
                StatusCode.InvalidArgument, "The request's fields are malformed; both workers must run the same version.");
        }

        var link = OpenLinks.FindRequestable(
            new LinkKey(request.CommunicatorId, (int)request.Channel, (int)request.ResponderRank), request.FirstLink.Span);
        link.Request(request.Replaced, (LinkCauseCode)request.Cause);
        return new RequestLinkReply();
    }

    private async Task<JobRoster> WaitForRosterAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _roster.Task.WaitAsync(MaxRosterWait, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw ControlPlane.Refusal(
                StatusCode.Unavailable,
                    $"{self} has not joined its job within {MaxRosterWait.TotalSeconds:0} s of this call; try again when it has.");
        }
    }

    private void CheckCaller(OpenLinkRequest request, PeerIdentity caller, JobRoster roster)
    {
        if (!IsMember(caller, request.InitiatorRank, roster) || request.InitiatorRank >= request.ResponderRank)
        {
            if (_throttle.MayLog(caller.Worker.ToString(), "link", out var unlogged))
            {
                Log.LinkWasRefused(logger, caller.Worker, request.InitiatorRank, request.ResponderRank, unlogged);
            }

            Instruments.Refused("identity");
            throw ControlPlane.Refusal(
                StatusCode.PermissionDenied,
                    $"{caller.Worker} cannot open a link from rank {request.InitiatorRank} to rank {request.ResponderRank}; "
                        + "the lower rank opens it, for itself.");
        }

        CheckSession(request.SessionId.Span, request.Epoch, request.InitiatorRank, roster);
    }

    private static bool IsMember(PeerIdentity caller, uint rank, JobRoster roster) =>
        rank < roster.Members.Count && caller.Worker == roster.Members[(int)rank].Id;

    private static void CheckSession(ReadOnlySpan<byte> sessionId, ulong epoch, uint callerRank, JobRoster roster)
    {
        if (!sessionId.SequenceEqual(roster.SessionId.Span) || epoch != roster.Epoch)
        {
            throw ControlPlane.Refusal(
                StatusCode.FailedPrecondition, $"Rank {callerRank} belongs to another session or epoch: its roster is not this worker's.");
        }
    }

    private void CheckParameters(OpenLinkRequest request, LinkRequest link, Action<MembershipException> fail)
    {
        if (request.ResponderRank != (uint)link.Self.Rank)
        {
            throw ControlPlane.Refusal(StatusCode.InvalidArgument, $"This is rank {link.Self.Rank}, not rank {request.ResponderRank}.");
        }

        if (link.Parameters.List.Difference(
            request.Parameters, $"rank {request.InitiatorRank}", $"rank {link.Self.Rank}") is { } difference)
        {
            if (_throttle.MayLog($"rank {request.InitiatorRank}", "parameters", out var unlogged))
            {
                Log.ParametersDiffered(logger, (int)request.InitiatorRank, difference, unlogged);
            }

            Instruments.Refused("parameters");
            var message =
                $"The ranks open communicator '{link.CommunicatorId}' with different options: {difference}. Give all ranks the same"
                + (link.Parameters.List.Differs(request.Parameters, GroupParameters.LocalWorldSizeName)
                    ? $"; where hosts have different numbers of workers, {nameof(CommunicatorOptions.LocalWorldSize)} = 1." : ".");
            fail(new MembershipException(MembershipError.ParametersDiffer, message));
            throw ControlPlane.Refusal(StatusCode.FailedPrecondition, message);
        }
    }

    /// <summary>
    /// Checks the offer. The parameters have already been found equal, so an offer for another key agreement contradicts the caller's own
    /// parameters.
    /// </summary>
    private static void CheckOffer(OpenLinkRequest request, InitiatorOffer offer, LinkRequest link)
    {
        if (request.Positions.Count != link.Parameters.LaneCount)
        {
            throw ControlPlane.Refusal(
                StatusCode.InvalidArgument, $"{request.Positions.Count} positions do not match {link.Parameters.LaneCount} lanes.");
        }

        if (offer.KeyAgreement != link.Parameters.KeyAgreement)
        {
            throw ControlPlane.Refusal(
                StatusCode.InvalidArgument, $"The link's offer is for {offer.KeyAgreement}, not for {link.Parameters.KeyAgreement}.");
        }
    }

    /// <returns>The reply; null if the expectation has ended.</returns>
    private static OpenLinkReply? Answer(LinkExpectation expectation, OpenLinkCall call)
    {
        var answer = LinkAnswer.To(expectation.Request, call, expectation.Routes);
        if (!expectation.Offer(answer, LinkCertificates.Of(call.Own, call.Caller)))
        {
            answer.Pending.Dispose();
            return null;
        }

        return answer.Reply;
    }

    private static LinkKey KeyOf(OpenLinkRequest request) => new(request.CommunicatorId, (int)request.Channel, (int)request.InitiatorRank);

    private PeerIdentity Own(ServerCallContext call) => ControlPlane.Own(RpcConnection.Of(call), self.Map);
}
