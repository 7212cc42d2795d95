using Grpc.Core;
using SecureCollectives.Links;
using SecureCollectives.Rpc;

namespace SecureCollectives.Tests.Simulation;

/// <summary>
/// Decides what happens to the link between two ranks. It is replaced when an end asks and both are alive, and given up after the product's
/// number of attempts if the other end is gone.
/// </summary>
internal sealed class SimulatedHealing(FaultRank low, FaultRank high, SimulatedLinks links, Random random)
{
    private static readonly LinkKeeperOptions Options = new();

    private SimulatedReplacement? _replacement;
    private AttemptFailures? _failures;
    private FaultRank? _asker;
    private TimeSpan _firstAttempt;
    private TimeSpan _next;

    public (int Low, int High) Ends => (low.Rank, high.Rank);

    /// <summary>Gets whether the old link has been given up and its replacement is not attached yet.</summary>
    public bool IsReplacing => _replacement is { HasBegun: true };

    /// <summary>Requests a new link on behalf of one end.</summary>
    public void Ask(FaultRank asker, TimeSpan now)
    {
        if (_replacement is null && _asker is null)
        {
            (_asker, _next) = (asker, now);
        }
    }

    public void Step(TimeSpan now)
    {
        if (_replacement is not null && (!low.IsRunning || !high.IsRunning))
        {
            // A responder that has begun is not notified of its initiator's death, and asks after a while.
            _asker = low.IsRunning ? low : high;
            _next = low.IsRunning ? now : now + Options.AskAgainAfter;
            _replacement.Abandon();
            _replacement = null;
        }

        if (now < _next)
        {
            return;
        }

        if (_replacement is not null)
        {
            if (_replacement.Step())
            {
                _replacement = null;
            }

            _next = now + (TimeSpan.FromMilliseconds(3) * random.NextDouble());
        }
        else if (_asker is not null && low.IsRunning && high.IsRunning)
        {
            _replacement = new SimulatedReplacement(low.Rank, high.Rank, low.Run, high.Run, links, 1, Bug.None);
            _asker = null;
        }
        else if (_asker is { IsRunning: true })
        {
            Attempt(_asker, _asker == low ? high : low, now);
        }
    }

    private void Attempt(FaultRank asker, FaultRank other, TimeSpan now)
    {
        if (_failures is null)
        {
            _failures = new AttemptFailures(other.Rank, Options.GiveUpAfter);
            _firstAttempt = now;
        }

        var failure = other.Fault switch
        {
            FaultKind.Killed => new ConnectionException(ConnectionFailure.Refused, $"rank {other.Rank} refused the connection"),
            null => new RpcException(new Status(StatusCode.Aborted, "The communicator has failed there.")),
            _ => null,
        };
        if (failure is null)
        {
            // The kernel accepts connections for a stopped process, but nothing answers.
            _next = now + Options.AttemptTimeout;
            return;
        }

        var verdict = _failures.Judge(failure, now - _firstAttempt);
        _next = now + verdict.Delay;
        if (verdict.GiveUp is { } reason)
        {
            _asker = null;
            asker.Run.FailLink(other.Rank, reason, verdict.Words);
        }
    }
}
