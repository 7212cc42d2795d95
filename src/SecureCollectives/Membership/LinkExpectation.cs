
namespace SecureCollectives.Membership;

/// <summary>A link that a lower rank will open: waits through its tries until one is complete.</summary>
internal sealed class LinkExpectation(LinkRequest request, LaneRoutes routes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<OpenedLink> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkAnswer? _pending;
    private bool _taken;
    private bool _disposed;

    public LinkRequest Request { get; } = request;

    /// <summary>The ways in which its lanes may connect.</summary>
    public LaneRoutes Routes => routes;

    /// <summary>Waits for the link and hands it over.</summary>
    /// <exception cref="MembershipException">It did not come in time, or the parameters differ.</exception>
    public async Task<OpenedLink> TakeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var opened = await _complete.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            _taken = true;
            return opened;
        }
        catch (TimeoutException exception)
        {
            throw Request.NotOpened(timeout, exception);
        }
    }

    /// <summary>Completes when nobody waits here any more: a call that comes now is meant for the next communicator of this id.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Takes over a link whose keys are agreed. It replaces an earlier try, whose initiator has given it up.</summary>
    /// <returns>False when no more is wanted: the expectation has ended or is fulfilled.</returns>
    public bool Offer(LinkAnswer answer, LinkCertificates certificates)
    {
        LinkAnswer? earlier;
        lock (_gate)
        {
            if (_disposed || _complete.Task.IsCompleted)
            {
                return false;
            }

            earlier = _pending;
            _pending = answer;
            answer.Listener.Expect(answer.Pending);
        }

        earlier?.GiveUp();
        _ = FulfilAsync(answer, certificates);
        return true;
    }

    /// <summary>Ends the wait with a reason, such as parameters that differ.</summary>
    public void Fail(MembershipException reason) => _complete.TrySetException(reason);

    /// <summary>Ends the wait, and the link with it unless it was handed over. Not while <see cref="TakeAsync"/> runs.</summary>
    public void Dispose()
    {
        LinkAnswer? pending;
        lock (_gate)
        {
            _disposed = true;
            pending = _pending;
            _pending = null;
        }

        pending?.GiveUp();
        if (!_complete.TrySetCanceled() && !_taken && _complete.Task.IsCompletedSuccessfully)
        {
            _complete.Task.Result.Link.Dispose();
        }

        _ended.TrySetResult();
    }

    private async Task FulfilAsync(LinkAnswer answer, LinkCertificates certificates)
    {
        var pending = answer.Pending;
        await ((Task)pending.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        answer.Listener.Forget(pending);
        if (pending.Completion.IsCompletedSuccessfully
            && !_complete.TrySetResult(new OpenedLink(pending.Completion.Result, pending.LinkId, certificates)))
        {
            pending.Completion.Result.Dispose();
        }
    }
}
