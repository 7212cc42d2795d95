using Grpc.Core;
using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>One end of a link and its successors. Replaces the link on request, one attempt at a time.</summary>
internal abstract class KeptLink
{
    private readonly LinkWants _wants = new();
    private readonly MinuteLimit _heals;

    /// <summary>Accessed under the gate.</summary>
    private readonly LinkLife _life;
    private TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StatusCode _endedAs = StatusCode.Aborted;

    /// <param name="request">The request with which the link was first opened, or would have been.</param>
    /// <param name="first">The first link's id and certificates; no certificates if the link is opened on demand.</param>
    /// <param name="setting">The settings that the channel's links share.</param>
    protected KeptLink(LinkRequest request, FirstLink first, LinkSetting setting)
    {
        Request = request;
        FirstLink = first.Id;
        IsOnDemand = first.Certificates is null;
        Setting = setting;
        _heals = new MinuteLimit(setting.Options.HealsPerMinute);
        _life = new LinkLife(PlannedReplacement.Of(request, setting.Options), first.Certificates, Now);
    }

    public LinkRequest Request { get; }

    public ReadOnlyMemory<byte> FirstLink { get; }

    /// <summary>Whether the link is opened when an operation needs it and closed after a period without use.</summary>
    public bool IsOnDemand { get; }

    protected LinkSetting Setting { get; }

    protected Lock Gate { get; } = new();

    /// <summary>
    /// The number of the owner's current link: 0 for the first, then that of the attempt that opened it. Changes under the gate.
    /// </summary>
    protected ulong Number { get; private set; }

    /// <summary>Why replacement has ended; null until it ends. Changes under the gate.</summary>
    protected string? Ended { get; private set; }

    protected TimeSpan Now => Setting.Time.GetElapsedTime(0);

    private int Peer => Request.Peer;

    /// <summary>Requests the replacement of the owner's current link.</summary>
    public void Want(LinkEnd why) => Want(why, Number);

    /// <summary>Checks the age of the link and of its certificates, and requests its replacement if that is due.</summary>
    /// <returns>The remaining life of the link's certificates.</returns>
    public TimeSpan Check(WorkerIdentity newest)
    {
        LinkEnd? why;
        TimeSpan left;
        ulong number;
        lock (Gate)
        {
            why = _life.Check(Number, newest, Now, Setting.Time.GetUtcNow(), out left);
            number = Number;
        }

        if (why is not null)
        {
            Want(why, number);
        }

        return left;
    }

    /// <summary>Closes the link if no operation has used it for a while. The next operation that needs it opens a new one.</summary>
    public async Task ReleaseIfIdleAsync(CancellationToken cancellationToken)
    {
        var number = Number;
        if (!await Setting.Owner.ReleaseAsync(Peer, Setting.Options.IdleTime, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        lock (Gate)
        {
            if (Number == number)
            {
                _life.End();
                Setting.Certificates.Forget(Peer);
            }
        }

        Log.IdleLinkWasClosed(Setting.Logger, Request.Name, Peer, Setting.Options.IdleTime.TotalSeconds);
    }

    /// <summary>Surrenders the link if its certificates have this expiry.</summary>
    /// <returns>Null if the link has been replaced.</returns>
    public Task<SurrenderedLink>? TrySurrender(CertificateExpiry expiry, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return _life.Certificates?.Expiry == expiry ? SurrenderAsync(cancellationToken) : null;
        }
    }

    /// <summary>Returns whether this worker's certificate has been renewed since the link was opened.</summary>
    public bool IsRenewedBy(WorkerIdentity newest)
    {
        lock (Gate)
        {
            return _life.IsRenewedBy(newest);
        }
    }

    /// <summary>Replaces the link on request until the token is cancelled or the link has ended.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (Ended is null)
            {
                var want = await _wants.TakeAsync(cancellationToken).ConfigureAwait(false);
                if (want.Number == Number && Ended is null)
                {
                    await BeginAsync(want, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            End("This worker has closed the communicator.", isOrderly: true);
        }
        catch (LinkOpenException exception)
        {
            End($"The communicator has ended here. {exception.Message}"); // The owner knows why.
        }
        catch (Exception exception)
        {
            Fail(AbortReason.InternalError, exception.Message);
        }
    }

    /// <summary>Refuses the peer's calls from now on.</summary>
    /// <param name="why">The reason given to a peer that asks for a link.</param>
    /// <param name="isOrderly">Whether the communicator was closed; otherwise it failed.</param>
    public void End(string why, bool isOrderly = false)
    {
        lock (Gate)
        {
            _endedAs = Ended is null && isOrderly ? StatusCode.NotFound : _endedAs;
            Ended ??= why;
        }

        OnEnded();
    }

    /// <summary>Replaces the link, or fails it.</summary>
    protected abstract Task ReplaceAsync(LinkWant want, CancellationToken cancellationToken);

    /// <summary>Called when no more links will be opened.</summary>
    protected virtual void OnEnded() { }

    protected void Want(LinkEnd why, ulong number)
    {
        if (why.Cause == LinkCauseCode.AuthenticationFailed)
        {
            Log.LinkFailedAuthentication(Setting.Logger, Request.Name, Peer, why.Words);
        }

        _wants.Add(new LinkWant(why, number));
    }

    protected Task<SurrenderedLink> SurrenderAsync(CancellationToken cancellationToken) =>
        Setting.Owner.SurrenderAsync(Peer, cancellationToken);

    /// <summary>Surrenders the link with this number. The owner handles requests in order, so a link attached later is safe.</summary>
    /// <returns>Null if the owner has a later link.</returns>
    protected Task<SurrenderedLink>? TrySurrender(ulong number, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return Number == number ? SurrenderAsync(cancellationToken) : null;
        }
    }

    /// <summary>Returns a task that completes when a link later than this one is attached.</summary>
    protected Task AttachedAfter(ulong number)
    {
        lock (Gate)
        {
            return Number > number ? Task.CompletedTask : _attached.Task;
        }
    }

    /// <summary>Hands a new link to the owner.</summary>
    /// <param name="answered">The new link, of which this method takes ownership, and the peer's positions.</param>
    /// <param name="link">The request on which both ends agreed.</param>
    /// <param name="stillWanted">Whether no later attempt has begun; called under the gate.</param>
    protected void Attach(AnsweredLink answered, LinkRequest link, Func<bool> stillWanted)
    {
        Link fitted;
        try
        {
            fitted = Setting.Fit(answered.Opened);
        }
        catch (Exception exception)
        {
            Fail(AbortReason.PeerLost, exception.Message);
            return;
        }

        lock (Gate)
        {
            if (Ended is not null || !stillWanted())
            {
                fitted.Dispose();
                return;
            }

            Number = link.Replaces!.Number;
            _life.Begin(answered.Opened.Certificates, Now);
            var attached = _attached;
            _attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Setting.Certificates.Watch(answered.Opened);
            Setting.Count(link);

            // Under the gate, so that a later surrender of this link reaches the owner after the link itself.
            Setting.Owner.Attach(fitted, answered.PeerPositions);
            attached.TrySetResult();
        }

        Setting.TellOpened(link);
    }

    /// <summary>Gives up replacing the link. Operations that need it fail.</summary>
    /// <param name="reason">The reason with which those operations fail.</param>
    /// <param name="words">A description of the reason, appended to the failure's message.</param>
    /// <param name="number">The link to give up, ignored if it has been replaced; null for the current link.</param>
    protected void Fail(AbortReason reason, string words, ulong? number = null)
    {
        var why = $"no new link to rank {Peer} could be opened: {words}";
        lock (Gate)
        {
            if (Ended is not null || (number is { } failed && failed != Number))
            {
                return;
            }

            Ended = $"Its link to this rank could not be replaced: {words}";
        }

        Log.LinkWasGivenUp(Setting.Logger, Request.Name, Peer, words);
        OnEnded();
        Setting.Owner.FailLink(Peer, reason, why);
    }

    /// <summary>
    /// Postpones the planned replacement of a link that still works. If the link fails meanwhile, it is replaced without delay.
    /// </summary>
    protected void Postpone(LinkWant want)
    {
        lock (Gate)
        {
            _life.Postpone(want, Now + Setting.Options.PostponeFor);
        }
    }

    /// <summary>Whether the limit on heals within a minute permits another one now.</summary>
    protected bool MayHeal => _heals.CanTake(Now);

    /// <exception cref="RpcException">No more links will be opened.</exception>
    protected void ThrowIfEnded()
    {
        if (Ended is { } ended)
        {
            throw ControlPlane.Refusal(_endedAs, ended);
        }
    }

    private Task BeginAsync(LinkWant want, CancellationToken cancellationToken)
    {
        // Only the initiator counts heals: the responder cannot tell a failure from a replacement that the initiator has begun.
        var why = want.Why;
        if (why.IsBreakage && Request.Initiates && !_heals.TryTake(Now))
        {
            var words = $"it failed more than {Setting.Options.HealsPerMinute} times within a minute, most recently because {why.Words}";
            Fail(AbortReason.PeerLost, words, want.Number);
            return Task.CompletedTask;
        }

        Setting.TellBegun(Request, why);
        return LinkSetting.TraceAsync(Request, why, () => ReplaceAsync(want, cancellationToken));
    }
}
