using SecureCollectives.Faults;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Testing;

/// <summary>
/// Finds the culprit of timeouts for all ranks in one process, by an arbiter's rules but without its messages. When the first rank gives
/// up, it asks all others what they are waiting for. For any other failure, the verdict is whatever the rank itself observed.
/// </summary>
/// <param name="isSilent">Ranks that count as stopped: they answer nothing, although their loops run in this process like the
/// others.</param>
internal sealed class MemoryAttribution(Func<int, bool>? isSilent = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, ChannelSet> _channels = [];
    private readonly Dictionary<int, FaultReport> _reports = [];
    private Task<OperationFailure>? _verdict;
    private int _size;

    /// <summary>Returns the fault attribution for a rank's loop.</summary>
    public IFaultAttribution Of(int rank, int size)
    {
        _size = size;
        return new Member(this, rank);
    }

    /// <summary>Registers the channels of a rank.</summary>
    public void Attach(int rank, ChannelSet channels)
    {
        lock (_gate)
        {
            _channels[rank] = channels;
        }
    }

    private Task<OperationFailure> AttributeAsync(int rank, OperationFailure observed, LoopWait wait)
    {
        lock (_gate)
        {
            // Once there is a verdict, other ranks end because of it. Observing this is not a separate failure.
            if (_verdict is null && observed.Reason != AbortReason.TimedOut)
            {
                return Task.FromResult(observed);
            }

            _reports.TryAdd(rank,
                new FaultReport(
                    observed.Reason, observed.Culprit, observed.Reporter, observed.Operation, observed.Step, wait, observed.Detail));
            return _verdict ??= Task.Run(DecideAsync);
        }
    }

    private async Task<OperationFailure> DecideAsync()
    {
        var views = await Task.WhenAll(Enumerable.Range(0, _size).Select(ViewAsync));
        var failure = FaultRules.Decide(views).ToFailure(cause: null);
        foreach (var channels in Channels())
        {
            channels.Abort(failure);
        }

        return failure;
    }

    private async Task<RankView> ViewAsync(int rank)
    {
        if (isSilent?.Invoke(rank) == true)
        {
            return new RankView(Presence.Silent);
        }

        LoopWait? wait = null;
        try
        {
            wait = await Channels()[rank].ObserveAsync().WaitAsync(FaultCase.AnswerTime);
        }
        catch (TimeoutException)
        {
            // The rank itself has failed, and its report says what it was waiting for.
        }

        lock (_gate)
        {
            return new RankView(Presence.Present, wait, _reports.GetValueOrDefault(rank));
        }
    }

    private ChannelSet[] Channels()
    {
        lock (_gate)
        {
            return [.. _channels.OrderBy(entry => entry.Key).Select(entry => entry.Value)];
        }
    }

    private sealed class Member(MemoryAttribution all, int rank) : IFaultAttribution
    {
        public Task<OperationFailure> AttributeAsync(OperationFailure observed, LoopWait wait) => all.AttributeAsync(rank, observed, wait);

        public void Stalled(LoopWait wait)
        {
            // Calls are not compared here.
        }
    }
}
