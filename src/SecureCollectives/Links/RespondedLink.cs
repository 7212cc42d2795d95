using Grpc.Core;
using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>The higher rank's end of a link. It asks the lower rank to replace the link, and accepts the new one.</summary>
internal sealed class RespondedLink(LinkRequest request, FirstLink first, LinkSetting setting, RequestLinkCall asking, LaneRoutes routes)
    : KeptLink(request, first, setting), IReplaceableLink
{
    private readonly MinuteLimit _attempts = new(setting.Options.AttemptsPerMinute);

    /// <summary>The number of the latest accepted attempt.</summary>
    private ulong _latest;

    private LinkAnswer? _pending;

    public async Task<LinkAnswer> AcceptAsync(LinkRequest request, OpenLinkCall call, CancellationToken cancellationToken)
    {
        var number = request.Replaces!.Number;
        Begin(number)?.GiveUp();
        _ = WatchAsync(number);
        SurrenderedLink surrendered;
        try
        {
            surrendered = await SurrenderFor(number, cancellationToken).ConfigureAwait(false);
        }
        catch (LinkOpenException exception)
        {
            End($"The communicator has ended here. {exception.Message}");
            throw ControlPlane.Refusal(StatusCode.Aborted, Ended!);
        }

        var link = request with { Positions = surrendered.Positions };
        var answer = LinkAnswer.To(link, call, routes);
        lock (Gate)
        {
            if (Ended is not null || _latest != number)
            {
                answer.Pending.Dispose();
                ThrowIfEnded();
                throw Superseded(number);
            }

            _pending = answer;
            answer.Listener.Expect(answer.Pending);
        }

        _ = FulfilAsync(answer, link, call.Positions, LinkCertificates.Of(call.Own, call.Caller));
        return answer;
    }

    protected override Task ReplaceAsync(LinkWant want, CancellationToken cancellationToken) =>
        want.Why.IsFinal ? HealAsync(want, cancellationToken) : AskAtLeisureAsync(want, cancellationToken);

    /// <summary>
    /// Replaces a link that has failed or is absent and must carry nothing more. Asks the initiator immediately, and again at intervals
    /// until a new link is attached or the attempts are given up.
    /// </summary>
    private async Task HealAsync(LinkWant want, CancellationToken cancellationToken)
    {
        var failures = new AttemptFailures(Request.Peer, Setting.Options.GiveUpAfter);
        var begun = Now;
        if (TrySurrender(want.Number, cancellationToken) is not { } surrendering)
        {
            return;
        }

        await surrendering.ConfigureAwait(false);
        var attached = AttachedAfter(want.Number);
        for (var wait = Setting.Options.AskAgainAfter; !attached.IsCompleted; wait *= 2)
        {
            var delay = wait;
            if (await TryAskAsync(want, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                var verdict = failures.Judge(failure, Now - begun);
                if (verdict.GiveUp is { } reason && !attached.IsCompleted)
                {
                    Fail(reason, verdict.Words, want.Number);
                    return;
                }

                (delay, wait) = (verdict.Delay, Setting.Options.AskAgainAfter / 2);
            }
            else if (Now - begun >= Setting.Options.GiveUpAfter && !attached.IsCompleted)
            {
                var seconds = Setting.Options.GiveUpAfter.TotalSeconds;
                Fail(AbortReason.TimedOut, $"rank {Request.Peer} opened none within {seconds:0.###} s, though it was asked to",
                    want.Number);
                return;
            }

            await Task.WhenAny(attached, Task.Delay(delay, Setting.Time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Requests a replacement for a link that stays in use until its initiator opens another.</summary>
    private async Task AskAtLeisureAsync(LinkWant want, CancellationToken cancellationToken)
    {
        var failure = await TryAskAsync(want, cancellationToken).ConfigureAwait(false);
        Postpone(want);
        if (failure is not null)
        {
            var words = new AttemptFailures(Request.Peer, Setting.Options.GiveUpAfter).Judge(failure, TimeSpan.Zero).Words;
            Log.ReplacementWasPostponed(Setting.Logger, Request.Name, Request.Peer, want.Why.Words, words);
        }
    }

    /// <returns>Why the request failed; null if it succeeded.</returns>
    private async Task<Exception?> TryAskAsync(LinkWant want, CancellationToken cancellationToken)
    {
        try
        {
            var timeout = Setting.Options.AttemptTimeout;
            using var limit = new CancellationTokenSource(timeout, Setting.Time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            using var turn = await Setting.Turns.TakeAsync(Request.Peer, stop.Token).ConfigureAwait(false);
            await asking.AskAsync(Request, FirstLink, want.Number, want.Why.Cause, timeout, Setting.Time, cancellationToken)
                .ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return exception;
        }
    }

    protected override void OnEnded()
    {
        LinkAnswer? pending;
        lock (Gate)
        {
            (pending, _pending) = (_pending, null);
        }

        pending?.GiveUp();
    }

    /// <summary>Accepts an attempt.</summary>
    /// <returns>The pending answer to the previous attempt, to be abandoned; null if there is none.</returns>
    private LinkAnswer? Begin(ulong number)
    {
        lock (Gate)
        {
            ThrowIfEnded();
            var wasExceeded = _attempts.IsExceeded;
            if (!_attempts.TryTake(Now))
            {
                if (!wasExceeded)
                {
                    Log.LinkRequestsWereRefused(Setting.Logger, Request.Peer, Request.Name, Setting.Options.AttemptsPerMinute);
                }

                throw ControlPlane.Refusal(
                    StatusCode.ResourceExhausted,
                    $"Rank {Request.Peer} began to replace the link more than {Setting.Options.AttemptsPerMinute} times within a minute.");
            }

            if (number <= _latest)
            {
                throw Superseded(number);
            }

            _latest = number;
            var earlier = _pending;
            _pending = null;
            return earlier;
        }
    }

    /// <summary>
    /// Surrenders the link for an attempt. Throws if a later attempt has been accepted, since the later attempt's link must stay.
    /// </summary>
    private Task<SurrenderedLink> SurrenderFor(ulong number, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return _latest == number ? SurrenderAsync(cancellationToken) : throw Superseded(number);
        }
    }

    /// <summary>
    /// Detects an initiator that dies after it has begun an attempt. The old link has already been surrendered, so its failure cannot
    /// reveal this. If no link is attached in time, this end requests one, and the failure of that request reveals the death.
    /// </summary>
    private async Task WatchAsync(ulong number)
    {
        await Task.Delay(Setting.Options.AskAgainAfter, Setting.Time).ConfigureAwait(false);
        ulong replaced;
        lock (Gate)
        {
            if (Ended is not null || Number >= number || _latest != number)
            {
                return;
            }

            replaced = Number;
        }

        Want(LinkEnd.Broken("its replacement was begun but not completed"), replaced);
    }

    private async Task FulfilAsync(LinkAnswer answer, LinkRequest link, LinkPositions callerPositions, LinkCertificates certificates)
    {
        var pending = answer.Pending;
        await ((Task)pending.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        answer.Listener.Forget(pending);
        if (pending.Completion.IsCompletedSuccessfully)
        {
            var opened = new OpenedLink(pending.Completion.Result, pending.LinkId, certificates);
            Attach(new AnsweredLink(opened, callerPositions), link, () => _pending == answer);
        }
    }

    private static RpcException Superseded(ulong number) =>
        ControlPlane.Refusal(StatusCode.AlreadyExists, $"Attempt {number} to replace the link is superseded by a later one.");
}
