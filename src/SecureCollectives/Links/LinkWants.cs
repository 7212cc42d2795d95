namespace SecureCollectives.Links;

/// <summary>
/// The pending request to replace one link: the latest one, except that a failed link takes precedence over a planned replacement.
/// Thread-safe; never blocks.
/// </summary>
internal sealed class LinkWants
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkWant? _last;

    public void Add(LinkWant want)
    {
        lock (_gate)
        {
            if (_last is null || _last.Number < want.Number || (_last.Number == want.Number && want.Why.IsFinal && !_last.Why.IsFinal))
            {
                _last = want;
                _changed.TrySetResult();
            }
        }
    }

    /// <summary>Waits for and takes the next request, which may be for a link that has been replaced meanwhile.</summary>
    public async Task<LinkWant> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_last is { } want)
                {
                    _last = null;
                    _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    return want;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
