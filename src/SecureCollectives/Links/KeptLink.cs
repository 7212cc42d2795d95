using Grpc.Core;
using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>One end of a link and of its successors. Replaces the link whenever that is wanted, one attempt at a time.</summary>
internal abstract class KeptLink
{
    private readonly LinkWants _wants = new();
    private readonly MinuteLimit _heals;

    /// <summary>Under the gate.</summary>
    private readonly LinkLife _life;
    private TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StatusCode _endedAs = StatusCode.Aborted;

    /// <param name="request">The link as it was opened first, or would have been.</param>
    /// <param name="first">The first link.</param>
    /// <param name="setting">What it is kept with.</param>
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

    /// <summary>Whether it is opened when an operation needs it, and closed when none has for long.</summary>
    public bool IsOnDemand { get; }

    protected LinkSetting Setting { get; }

    protected Lock Gate { get; } = new();

    /// <summary>Which link the owner has: 0 for the first, then the number of the attempt that opened it. Changes under the gate.</summary>
    protected ulong Number { get; private set; }

    /// <summary>Why no more links are opened; null while they are. Changes under the gate.</summary>
    protected string? Ended { get; private set; }

    protected TimeSpan Now => Setting.Time.GetElapsedTime(0);

    private int Peer => Request.Peer;

    /// <summary>Has the link that the owner has now replaced.</summary>
    public void Want(LinkEnd why) => Want(why, Number);

    /// <summary>Looks at the age of the link and of its certificates.</summary>
    /// <param name="newestLeafHash">SHA-256 of this worker's newest certificate.</param>
    /// <returns>What is left of the life of its certificates.</returns>
    public TimeSpan Check(ReadOnlySpan<byte> newestLeafHash)
    {
        LinkEnd? why;
        TimeSpan left;
        ulong number;
        lock (Gate)
        {
            why = _life.Check(Number, newestLeafHash, Now, Setting.Time.GetUtcNow(), out left);
            number = Number;
        }

        if (why is not null)
        {
            Want(why, number);
        }

        return left;
    }

    /// <summary>Has the link closed if no operation has used it for long; the next one that needs it has another opened.</summary>
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

    /// <summary>Gives up the link, if it is one whose certificates expire then.</summary>
    /// <returns>Null where another has taken its place.</returns>
    public Task<SurrenderedLink>? TrySurrender(CertificateExpiry expiry, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return _life.Certificates?.Expiry == expiry ? SurrenderAsync(cancellationToken) : null;
        }
    }

    /// <summary>Whether the link was opened with another certificate of this worker's than this.</summary>
    public bool IsRenewedBy(ReadOnlySpan<byte> newestLeafHash)
    {
        lock (Gate)
        {
            return _life.IsRenewedBy(newestLeafHash);
        }
    }

    /// <summary>Replaces the link whenever that is wanted, until the token fires or the link has ended.</summary>
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
            End($"The communicator has ended here. {exception.Message}"); // Its owner knows why; there is nobody to tell.
        }
        catch (Exception exception)
        {
            Fail(AbortReason.InternalError, exception.Message);
        }
    }

    /// <summary>Refuses the calls of the peer from now on.</summary>
    /// <param name="why">What it is told.</param>
    /// <param name="isOrderly">Whether the communicator was closed; it failed otherwise.</param>
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

    /// <summary>No more links are opened.</summary>
    protected virtual void OnEnded()
    {
    }

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

    /// <summary>
    /// Gives up this link and no later one. The owner takes orders one by one, so a link that is attached after this is safe.
    /// </summary>
    /// <returns>Null where the owner has a later one.</returns>
    protected Task<SurrenderedLink>? TrySurrender(ulong number, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return Number == number ? SurrenderAsync(cancellationToken) : null;
        }
    }

    /// <summary>Completes when a link later than this one is attached.</summary>
    protected Task AttachedAfter(ulong number)
    {
        lock (Gate)
        {
            return Number > number ? Task.CompletedTask : _attached.Task;
        }
    }

    /// <summary>Gives the owner a new link.</summary>
    /// <param name="answered">The link and the peer's positions.</param>
    /// <param name="link">As it was agreed on.</param>
    /// <param name="stillWanted">Whether no later one has been begun; asked under the gate.</param>
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

            // Under the gate, so that whatever surrenders this one comes after.
            Setting.Owner.Attach(fitted, answered.PeerPositions);
            attached.TrySetResult();
        }

        Setting.TellOpened(link);
    }

    /// <summary>There will be no new link: the operations that need it fail.</summary>
    /// <param name="reason">The reason they give.</param>
    /// <param name="words">The same in words.</param>
    /// <param name="number">The link that could not be replaced; a successor goes on. Null where there can be none.</param>
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

    /// <summary>Puts off what is planned for a link that still serves. If the link fails meanwhile, that is not put off.</summary>
    protected void Postpone(LinkWant want)
    {
        lock (Gate)
        {
            _life.Postpone(want, Now + Setting.Options.PostponeFor);
        }
    }

    /// <summary>Whether the link may fail and be replaced once more within this minute.</summary>
    protected bool MayHeal => _heals.CanTake(Now);

    /// <exception cref="RpcException">No more links are opened.</exception>
    protected void ThrowIfEnded()
    {
        if (Ended is { } ended)
        {
            throw ControlPlane.Refusal(_endedAs, ended);
        }
    }

    private Task BeginAsync(LinkWant want, CancellationToken cancellationToken)
    {
        // Only the initiator counts: the responder cannot tell a failure from a replacement that the initiator has begun.
        var why = want.Why;
        if (why.IsBreakage && Request.Initiates && !_heals.TryTake(Now))
        {
            var words = $"it failed more than {Setting.Options.HealsPerMinute} times within a minute, at last because {why.Words}";
            Fail(AbortReason.PeerLost, words, want.Number);
            return Task.CompletedTask;
        }

        Setting.TellBegun(Request, why);
        return LinkSetting.TraceAsync(Request, why, () => ReplaceAsync(want, cancellationToken));
    }
}
