namespace SecureCollectives.Links;

/// <summary>
/// What is wanted of one link: the last word, where a link that failed outweighs one that is to be replaced at leisure. Thread-safe; never
/// blocks.
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

    /// <summary>Takes the next, which may be of a link that was replaced since.</summary>
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
