using Microsoft.Extensions.Logging;
using SecureCollectives.Faults;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Transport.Loops;
using FaultReport = SecureCollectives.Faults.FaultReport;

namespace SecureCollectives.Membership;

/// <summary>
/// A rank's side of fault attribution: reports to all of its arbiters, answers their queries, and accepts the verdict of the lowest
/// reachable arbiter. Thread-safe.
/// </summary>
internal sealed class FaultReporter : IDisposable
{
    /// <summary>The maximum number of verdicts from higher ranks held back until it is known whether a lower rank is reachable.</summary>
    private const int MaxHeld = Arbiter.MaxCases;

    /// <summary>The interval at which held verdicts are reviewed.</summary>
    private static readonly TimeSpan ReviewInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly OpenCommunicators _communicators;
    private readonly FaultMessages _messages;
    private readonly ArbiterChoice _choice;
    private readonly MessageAllowance[] _allowances;
    private readonly HashSet<int> _ignored = [];
    private readonly SortedDictionary<int, FaultChannel> _arbiters = [];
    private readonly List<(int From, CommunicatorWatch Watch, Verdict Verdict, TimeSpan Received)> _held = [];
    private readonly int _rank;
    private readonly TimeProvider _clock;
    private readonly long _epoch;
    private readonly ITimer _timer;
    private readonly ILogger _logger;

    public FaultReporter(int rank, int worldSize, OpenCommunicators communicators, TimeProvider clock, ILogger logger)
    {
        _rank = rank;
        _communicators = communicators;
        _messages = new FaultMessages(worldSize);
        _choice = new ArbiterChoice(rank);
        _allowances = [.. Enumerable.Range(0, worldSize).Select(_ => new MessageAllowance(TimeSpan.Zero))];
        _clock = clock;
        _epoch = clock.GetTimestamp();
        _logger = logger;
        _timer = clock.CreateTimer(_ => Review(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Forwards a verdict to ranks that use this rank as their arbiter because they cannot reach the lower one.</summary>
    public Action<CommunicatorInstance, Verdict>? Relay { get; set; }

    private TimeSpan Now => _clock.GetElapsedTime(_epoch);

    /// <summary>Registers a connection to an arbiter, and reports to it every failure that still awaits a verdict.</summary>
    public void Connected(int arbiter, FaultChannel channel)
    {
        lock (_gate)
        {
            _arbiters[arbiter] = channel;
            _choice.Connected(arbiter);
            foreach (var watch in _communicators.All)
            {
                if (watch.OpenReport is { } report)
                {
                    channel.Send(FaultMessages.Report(watch.Instance, report));
                    Probe(arbiter);
                }
            }
        }
    }

    public void Disconnected(int arbiter, FaultChannel channel)
    {
        lock (_gate)
        {
            if (_arbiters.TryGetValue(arbiter, out var current) && current == channel)
            {
                _arbiters.Remove(arbiter);
                _choice.Disconnected(arbiter);
            }
        }

        Review();
    }

    /// <summary>Reports a failure to all arbiters, and probes them.</summary>
    /// <returns>Whether an arbiter is connected.</returns>
    public bool Report(CommunicatorInstance instance, FaultReport report)
    {
        lock (_gate)
        {
            var message = FaultMessages.Report(instance, report);
            foreach (var (arbiter, channel) in _arbiters)
            {
                channel.Send(message);
                Probe(arbiter);
            }

            return _arbiters.Count > 0;
        }
    }

    /// <summary>Asks all arbiters to compare the calls made by the ranks.</summary>
    public void Stalled(CommunicatorInstance instance, LoopWait wait)
    {
        lock (_gate)
        {
            var message = FaultMessages.Stalled(instance, wait);
            foreach (var channel in _arbiters.Values)
            {
                channel.Send(message);
            }
        }
    }

    /// <summary>Tells lower arbiters which ranks have answered here. A rank that answers here but not there is cut off, not dead.</summary>
    public void Vouch(FaultCase answered)
    {
        lock (_gate)
        {
            foreach (var (arbiter, channel) in _arbiters)
            {
                if (arbiter < _rank)
                {
                    channel.Send(FaultMessages.Vouch(answered));
                }
            }
        }
    }

    /// <summary>Handles a message from an arbiter.</summary>
    public void Received(int arbiter, FaultMessage message)
    {
        if (IsTooMuch(arbiter))
        {
            return;
        }

        switch (message.MessageCase)
        {
            case FaultMessage.MessageOneofCase.Probe:
                lock (_gate)
                {
                    _choice.Answered(arbiter, Now);
                }

                break;
            case FaultMessage.MessageOneofCase.Query:
                _ = AnswerAsync(arbiter, message.Query);
                return;
            case FaultMessage.MessageOneofCase.Instance when arbiter == 0 && FaultMessages.Read(message.Instance) is { } instance:
                _communicators.Announce(instance);
                return;
            case FaultMessage.MessageOneofCase.Verdict:
                Take(arbiter, message.Verdict);
                break;
            default:
                return; // A message from a later version.
        }

        Review();
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Returns whether an arbiter has exceeded its allowance. If so, its messages are ignored, and this is logged once.</summary>
    private bool IsTooMuch(int arbiter)
    {
        lock (_gate)
        {
            if (arbiter == _rank || _allowances[arbiter].TryTake(Now))
            {
                return false;
            }

            if (!_ignored.Add(arbiter))
            {
                return true;
            }
        }

        Log.VerdictWasRefused(_logger, arbiter, "it sends more messages than an arbiter needs");
        return true;
    }

    private void Take(int arbiter, FaultVerdict message)
    {
        if (_messages.Read(message, out var refusal) is not { } verdict)
        {
            Log.VerdictWasRefused(_logger, arbiter, refusal);
            return;
        }

        // Accept one verdict per communicator that is open here.
        if (FaultMessages.Read(message.Instance) is not { } instance || _communicators.Find(instance) is not { IsDecided: false } watch)
        {
            return;
        }

        lock (_gate)
        {
            if (_held.Count < MaxHeld)
            {
                _held.Add((arbiter, watch, verdict, Now));
                foreach (var lower in _choice.LowerThan(arbiter))
                {
                    Probe(lower);
                }
            }
        }
    }

    private void Probe(int arbiter)
    {
        if (_arbiters.TryGetValue(arbiter, out var channel) && _choice.Ask(arbiter, Now))
        {
            channel.Send(FaultMessages.Probe);
        }
    }

    private void Review()
    {
        var believed = new List<(int From, CommunicatorWatch Watch, Verdict Verdict)>();
        lock (_gate)
        {
            _held.RemoveAll(held =>
            {
                var standing = _choice.Judge(held.From, held.Received, Now);
                if (standing == ArbiterStanding.Believed)
                {
                    believed.Add((held.From, held.Watch, held.Verdict));
                }
                else if (standing == ArbiterStanding.Refused && !held.Watch.IsDecided)
                {
                    Log.VerdictWasRefused(_logger, held.From, "a lower rank is within reach and decides");
                }

                return standing != ArbiterStanding.Open;
            });
            if (_held.Count > 0)
            {
                _timer.Change(ReviewInterval, Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var (from, watch, verdict) in believed)
        {
            var instance = watch.Instance;
            watch.Conclude(verdict);
            if (from != _rank)
            {
                Relay?.Invoke(instance, verdict);
            }
        }
    }

    private async Task AnswerAsync(int arbiter, FaultQuery query)
    {
        if (FaultMessages.Read(query.Instance) is not { } instance)
        {
            return;
        }

        var wait = _communicators.Find(instance) is { } watch ? await watch.ObserveAsync().ConfigureAwait(false) : null;
        lock (_gate)
        {
            if (_arbiters.TryGetValue(arbiter, out var channel))
            {
                channel.Send(FaultMessages.Answer(instance, query.Number, wait));
            }
        }
    }
}
