using SecureCollectives.Faults;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Simulation;

/// <summary>
/// Runs the product's arbiters without their connections: delivers the reports, questions, answers and verdicts of a simulated world, each
/// after a short delay.
/// </summary>
internal sealed class SimulatedArbitration
{
    /// <summary>The number of arbiters that each rank reports to: the lowest ranks that it can reach.</summary>
    private const int Arbiters = 2;

    private static readonly CommunicatorInstance Instance = new("simulated", 1);
    private static readonly TimeSpan MaxWay = TimeSpan.FromMilliseconds(2);
    private static readonly LoopOptions Limits = new(1, 1);

    private readonly FaultRank[] _ranks;
    private readonly Arbiter[] _arbiters;
    private readonly Random _random;
    private readonly List<(TimeSpan Due, int To, Action Deliver)> _messages = [];
    private readonly List<(int From, int At, Verdict Verdict, TimeSpan Received)> _held = [];
    private TimeSpan _now;

    public SimulatedArbitration(FaultRank[] ranks, Random random)
    {
        _ranks = ranks;
        _random = random;
        _arbiters = [.. ranks.Select(rank => new Arbiter(rank.Rank, ranks.Length))];
        foreach (var rank in ranks)
        {
            ArbitersOf().ForEach(rank.Choice.Connected);
        }
    }

    /// <summary>Handles the death of a process: ranks that were connected to it connect to the next arbiter.</summary>
    public void Lose(int gone)
    {
        foreach (var rank in _ranks)
        {
            rank.Choice.Disconnected(gone);
            if (gone < Arbiters)
            {
                var next = ArbitersOf()[^1];
                rank.Choice.Connected(next);
            }
        }
    }

    public void Stalled(FaultRank rank)
    {
        var wait = rank.Wait(_now);
        ArbitersOf().ForEach(arbiter => Send(
            arbiter, () => Question(arbiter, _arbiters[arbiter].Stalled(rank.Rank, Instance, wait, _now))));
    }

    public void Step(TimeSpan now)
    {
        _now = now;
        foreach (var rank in _ranks.Where(rank => rank.IsRunning))
        {
            if (rank.TakeReport(now) is { } report)
            {
                Report(rank, report);
            }
            else if (now - rank.SeenAt >= Limits.AttributionTimeout)
            {
                rank.Conclude(rank.Run.Failure!, now);
            }
        }

        var due = _messages.Where(message => message.Due <= now).ToArray();
        _messages.RemoveAll(message => message.Due <= now);
        foreach (var message in due.Where(message => _ranks[message.To].Fault is null))
        {
            message.Deliver();
        }

        Decide();
        Believe();
    }

    private List<int> ArbitersOf() => [.. _ranks.Where(rank => rank.Fault != FaultKind.Killed).Take(Arbiters).Select(rank => rank.Rank)];

    private void Send(int to, Action deliver) => _messages.Add((_now + (MaxWay * _random.NextDouble()), to, deliver));

    private void Report(FaultRank from, FaultReport report)
    {
        foreach (var arbiter in ArbitersOf())
        {
            Send(arbiter, () =>
            {
                Question(arbiter, _arbiters[arbiter].Report(from.Rank, Instance, report, isOpenHere: true, _now, out var verdict));
                if (verdict is not null)
                {
                    Tell(arbiter, from.Rank, verdict);
                }
            });
            Probe(from, arbiter);
        }
    }

    private void Question(int arbiter, FaultCase? opened)
    {
        foreach (var asked in opened is null ? [] : _ranks)
        {
            if (asked.Fault == FaultKind.Killed)
            {
                Send(arbiter, () => opened!.Found(asked.Rank, Presence.Gone));
                continue;
            }

            Send(asked.Rank, () =>
            {
                var wait = asked.Wait(_now);
                Send(arbiter, () => _arbiters[arbiter].Answer(asked.Rank, Instance, opened!.Number, wait));
            });
        }
    }

    private void Probe(FaultRank from, int arbiter)
    {
        if (from.Choice.Ask(arbiter, _now))
        {
            Send(arbiter, () => Send(from.Rank, () => from.Choice.Answered(arbiter, _now)));
        }
    }

    private void Decide()
    {
        foreach (var arbiter in _ranks.Where(rank => rank.Fault is null).Select(rank => rank.Rank))
        {
            var verdicts = _arbiters[arbiter].Decide(_now, out var left);
            foreach (var (_, verdict) in verdicts)
            {
                Array.ForEach(_ranks, rank => Tell(arbiter, rank.Rank, verdict));
            }

            foreach (var lower in Enumerable.Range(0, arbiter))
            {
                Array.ForEach(left, other => Send(lower, () => _arbiters[lower].Vouch(Instance, other.Present)));
            }
        }
    }

    private void Tell(int arbiter, int to, Verdict verdict) => Send(to, () =>
    {
        _held.Add((arbiter, to, verdict, _now));
        foreach (var lower in _ranks[to].Choice.LowerThan(arbiter))
        {
            Probe(_ranks[to], lower);
        }
    });

    private void Believe() => _held.RemoveAll(held =>
    {
        var standing = _ranks[held.At].Choice.Judge(held.From, held.Received, _now);
        if (standing == ArbiterStanding.Believed)
        {
            _ranks[held.At].Conclude(held.Verdict.ToFailure(null), _now);
        }

        return standing != ArbiterStanding.Open;
    });
}
