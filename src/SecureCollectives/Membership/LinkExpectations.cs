using Grpc.Core;

namespace SecureCollectives.Membership;

/// <summary>
/// Matches the links that this worker expects with the calls from lower ranks that open them; either may come first. A call that has ended
/// leaves no state behind, so a member cannot exhaust memory by naming communicators that nobody opens.
/// </summary>
internal sealed class LinkExpectations
{
    /// <summary>
    /// The limit on waiting calls per peer, far above the number of communicators that a job opens at once. However many channels a
    /// communicator has, only a peer's call for channel 0 waits. The peer calls for the others once that link is open, and by then they
    /// are expected.
    /// </summary>
    public const int MaxWaitingPerPeer = 128;

    /// <summary>
    /// Longer than an initiator retries, so that it learns the reason, but short enough for ranks that retry at different times to meet.
    /// </summary>
    private static readonly TimeSpan FailureValidity = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<LinkKey, LinkExpectation> _expected = [];
    private readonly Dictionary<string, (string Reason, long Until)> _failures = [];
    private readonly List<(LinkKey Link, TaskCompletionSource<LinkExpectation> Call)> _waiting = [];

    public void Add(LinkExpectation expectation)
    {
        var key = expectation.Request.Key;
        (LinkKey Link, TaskCompletionSource<LinkExpectation> Call)[] calls;
        lock (_gate)
        {
            _expected.Add(key, expectation);
            calls = [.. _waiting.Where(call => call.Link == key || Lacks(expectation, call.Link))];
        }

        foreach (var (link, call) in calls)
        {
            _ = link == key ? call.TrySetResult(expectation) : call.TrySetException(NoChannel(expectation, link));
        }
    }

    public void Remove(LinkExpectation expectation)
    {
        lock (_gate)
        {
            _expected.Remove(expectation.Request.Key);
        }
    }

    /// <summary>Fails waiting calls for a communicator, and new ones for a limited time unless it is opened again.</summary>
    public void AddFailure(string communicator, string reason)
    {
        TaskCompletionSource<LinkExpectation>[] calls;
        var now = Environment.TickCount64;
        lock (_gate)
        {
            foreach (var old in _failures.Where(failure => failure.Value.Until < now).Select(failure => failure.Key).ToArray())
            {
                _failures.Remove(old);
            }

            _failures[communicator] = (reason, now + (long)FailureValidity.TotalMilliseconds);
            calls = [.. _waiting.Where(call => call.Link.Communicator == communicator).Select(call => call.Call)];
        }

        foreach (var call in calls)
        {
            call.TrySetException(Refusal(communicator, reason));
        }
    }

    /// <summary>Lets calls for a communicator wait again, because it is being reopened.</summary>
    /// <returns>Whether calls were still refused because of a failure.</returns>
    public bool RemoveFailure(string communicator)
    {
        lock (_gate)
        {
            return _failures.Remove(communicator, out var failure) && failure.Until >= Environment.TickCount64;
        }
    }

    /// <summary>Waits for the expectation that matches a peer's call.</summary>
    /// <exception cref="RpcException">The communicator could not be opened here or has no such channel, or too many calls from the peer are
    /// waiting.</exception>
    public async Task<LinkExpectation> WaitAsync(LinkKey key, CancellationToken cancellationToken)
    {
        var call = new TaskCompletionSource<LinkExpectation>(TaskCreationOptions.RunContinuationsAsynchronously);
        var entry = (key, call);
        lock (_gate)
        {
            if (_expected.TryGetValue(key, out var expectation))
            {
                return expectation;
            }

            if (_expected.TryGetValue(key with { Channel = 0 }, out var first) && Lacks(first, key))
            {
                throw NoChannel(first, key);
            }

            if (_failures.TryGetValue(key.Communicator, out var failure) && failure.Until >= Environment.TickCount64)
            {
                throw Refusal(key.Communicator, failure.Reason);
            }

            if (_waiting.Count(other => other.Link.Peer == key.Peer) >= MaxWaitingPerPeer)
            {
                throw ControlPlane.Refusal(StatusCode.ResourceExhausted,
                    $"Rank {key.Peer} waits for {MaxWaitingPerPeer} communicators already; open fewer at once.");
            }

            _waiting.Add(entry);
        }

        try
        {
            return await call.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(entry);
            }
        }
    }

    /// <summary>Returns whether a link is to the same peer but for a channel that the communicator does not have.</summary>
    private static bool Lacks(LinkExpectation expectation, LinkKey other) =>
        other with { Channel = 0 } == expectation.Request.Key && other.Channel >= expectation.Request.Parameters.Channels;

    private static RpcException NoChannel(LinkExpectation expectation, LinkKey link) => ControlPlane.Refusal(
        StatusCode.InvalidArgument,
            $"Communicator '{link.Communicator}' has {expectation.Request.Parameters.Channels} channels; "
                + $"there is no channel {link.Channel}.");

    private static RpcException Refusal(string communicator, string reason) =>
        ControlPlane.Refusal(StatusCode.Aborted, $"It could not open communicator '{communicator}' itself. {reason}");
}
