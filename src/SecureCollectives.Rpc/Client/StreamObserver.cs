namespace SecureCollectives.Rpc;

/// <summary>Remembers whether the peer ever sent a byte over HTTP/2's stream: what tells a refusal from a loss.</summary>
internal sealed class StreamObserver
{
    private volatile bool _hasReceived;

    public bool HasReceived => _hasReceived;

    public async ValueTask<int> ObserveAsync(ValueTask<int> read)
    {
        int count = await read.ConfigureAwait(false);
        if (count > 0)
        {
            _hasReceived = true;
        }

        return count;
    }
}
