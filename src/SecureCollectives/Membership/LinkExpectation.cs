
namespace SecureCollectives.Membership;

/// <summary>A link that a lower rank will open. Waits until one of that rank's attempts is complete.</summary>
internal sealed class LinkExpectation(LinkRequest request, LaneRoutes routes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<OpenedLink> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkAnswer? _pending;
    private bool _taken;
    private bool _disposed;

    public LinkRequest Request { get; } = request;

    /// <summary>The routes by which the link's lanes may connect.</summary>
    public LaneRoutes Routes => routes;

    /// <summary>Waits for the link. The caller owns it.</summary>
    /// <exception cref="MembershipException">The link was not opened in time, or the parameters differ.</exception>
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

    /// <summary>Completes when the expectation has ended. Later calls are for the next communicator with this id.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Offers a link whose keys are agreed. It replaces any earlier attempt, which the initiator has abandoned.</summary>
    /// <returns>Whether the link was taken; false if the expectation has ended or is already fulfilled.</returns>
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

    /// <summary>Fails the wait with a reason, such as different parameters.</summary>
    public void Fail(MembershipException reason) => _complete.TrySetException(reason);

    /// <summary>Ends the wait, and the link unless it was taken. Must not be called while <see cref="TakeAsync"/> runs.</summary>
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
