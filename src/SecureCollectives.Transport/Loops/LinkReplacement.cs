using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>A link that is on its way to take an earlier one's place. Disposing gives it up; whoever takes the link owns it.</summary>
internal sealed class LinkReplacement : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<Link> _opening;
    private bool _taken;

    /// <param name="peer">The peer's rank.</param>
    /// <param name="operation">The first operation on the new link.</param>
    /// <param name="open">Opens it, on other threads than the loop's.</param>
    /// <param name="raise">Called when <see cref="IsCompleted"/> has become true.</param>
    public LinkReplacement(int peer, ulong operation, OpenLinkAgain open, Action raise)
    {
        Peer = peer;
        var stop = _stop.Token;
        _opening = Task.Run(() => open(peer, operation, stop), CancellationToken.None);
        _opening.ContinueWith(_ => raise(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public int Peer { get; }

    public bool IsCompleted => _opening.IsCompleted;

    /// <summary>The new link, once it is complete.</summary>
    /// <exception cref="LinkOpenException">It could not be opened.</exception>
    public Link Take()
    {
        var link = _opening.GetAwaiter().GetResult();
        _taken = true;
        return link;
    }

    public void Dispose()
    {
        _stop.Cancel();
        if (!_taken)
        {
            _opening.ContinueWith(
                static opening =>
                {
                    // What comes too late belongs to nobody else; a failure was wanted.
                    if (opening.IsCompletedSuccessfully)
                    {
                        opening.Result.Dispose();
                    }
                    else
                    {
                        _ = opening.Exception;
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        _stop.Dispose();
    }
}
