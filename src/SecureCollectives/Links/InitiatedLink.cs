using Grpc.Core;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>The lower rank's end of a link. It alone decides when the link is replaced, and it opens the new link.</summary>
internal sealed class InitiatedLink(LinkRequest request, FirstLink first, LinkSetting setting, LinkAttempt attempt)
    : KeptLink(request, first, setting), IRequestableLink
{
    private readonly MinuteLimit _requests = new(setting.Options.RequestsPerMinute);

    /// <summary>The number of the last attempt.</summary>
    private ulong _attempts;

    /// <summary>A report from the responder about a link that is not attached here yet.</summary>
    private (ulong Number, LinkEnd Why)? _reportedAhead;

    void IRequestableLink.Request(ulong replaced, LinkCauseCode cause)
    {
        var why = new LinkEnd(cause, $"rank {Request.Peer} asked for a new one ({cause})");
        lock (Gate)
        {
            ThrowIfEnded();
            var wasExceeded = _requests.IsExceeded;
            if (!_requests.TryTake(Now))
            {
                if (!wasExceeded)
                {
                    Log.LinkRequestsWereRefused(Setting.Logger, Request.Peer, Request.Name, Setting.Options.RequestsPerMinute);
                }

                throw ControlPlane.Refusal(
                    StatusCode.ResourceExhausted,
                        $"Rank {Request.Peer} asked for more than {Setting.Options.RequestsPerMinute} new links within a minute.");
            }

            // Breakages that this end observes fail the link if they are too frequent. A breakage that only the peer observes is
            // merely its claim.
            if (why.IsBreakage && !MayHeal)
            {
                throw ControlPlane.Refusal(
                    StatusCode.ResourceExhausted,
                        $"The link to rank {Request.Peer} failed more than {Setting.Options.HealsPerMinute} times within a minute.");
            }

            if (replaced > _attempts)
            {
                throw ControlPlane.Refusal(
                    StatusCode.InvalidArgument, $"There is no link {replaced} yet; the last attempt was number {_attempts}.");
            }

            if (replaced > Number)
            {
                _reportedAhead = (replaced, why);
                return;
            }
        }

        // The want names the link, so it has no effect if the link has been replaced meanwhile.
        Want(why, replaced);
    }

    protected override async Task ReplaceAsync(LinkWant want, CancellationToken cancellationToken)
    {
        var why = want.Why;
        var failures = new AttemptFailures(Request.Peer, Setting.Options.GiveUpAfter);
        var begun = Now;

        // A link that has failed or is worn out must carry nothing more. One that still works is surrendered only when the peer is ready
        // to open another.
        var surrendered = why.IsFinal ? await SurrenderAsync(cancellationToken).ConfigureAwait(false) : null;
        while (true)
        {
            try
            {
                await TryAsync().ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not LinkOpenException)
            {
                var verdict = failures.Judge(exception, Now - begun);
                if (surrendered is null)
                {
                    Postpone(want);
                    Log.ReplacementWasPostponed(Setting.Logger, Request.Name, Request.Peer, why.Words, verdict.Words);
                    return;
                }

                if (verdict.GiveUp is { } reason)
                {
                    Fail(reason, verdict.Words, want.Number);
                    return;
                }

                // Keys serve one connection, so each attempt opens a new link.
                Log.LinkIsTriedAgain(Setting.Logger, Request.Name, Request.Peer, verdict.Words);
                await Task.Delay(verdict.Delay, Setting.Time, cancellationToken).ConfigureAwait(false);
            }
        }

        async Task TryAsync()
        {
            using var limit = new CancellationTokenSource(Setting.Options.AttemptTimeout, Setting.Time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            using var turn = await Setting.Turns.TakeAsync(Request.Peer, stop.Token).ConfigureAwait(false);
            LinkRequest? link = null;
            var answered = await attempt.OpenAsync(Request.PeerMember, PrepareAsync, stop.Token).ConfigureAwait(false);
            Attach(answered, link!, static () => true);
            WantWhatWasReportedAhead();

            async Task<LinkRequest> PrepareAsync()
            {
                surrendered ??= await SurrenderAsync(cancellationToken).ConfigureAwait(false);
                link = Request with
                {
                    Positions = surrendered.Positions,
                    Replaces = new ReplacedLink(FirstLink, NextNumber(), why.Cause, surrendered.Operation),
                };
                return link;
            }
        }
    }

    private ulong NextNumber()
    {
        lock (Gate)
        {
            return ++_attempts;
        }
    }

    /// <summary>
    /// Acts on a report that arrived before the link was attached here. The responder attaches a link when its last lane is ready, and the
    /// initiator does so a moment later. In between, the link may already have failed.
    /// </summary>
    private void WantWhatWasReportedAhead()
    {
        lock (Gate)
        {
            if (_reportedAhead is { } reported && reported.Number == Number)
            {
                Want(reported.Why, reported.Number);
            }

            _reportedAhead = null;
        }
    }
}
