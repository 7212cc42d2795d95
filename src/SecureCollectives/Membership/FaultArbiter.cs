using Microsoft.Extensions.Logging;
using SecureCollectives.Faults;
using SecureCollectives.Membership.Wire;

namespace SecureCollectives.Membership;

/// <summary>A rank as an arbiter: takes reports, asks all ranks what they see, decides and tells all. Thread-safe.</summary>
internal sealed class FaultArbiter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly int _rank;
    private readonly Arbiter _arbiter;
    private readonly OpenCommunicators _communicators;
    private readonly FaultMessages _messages;
    private readonly FaultChannel?[] _members;
    private readonly MessageAllowance[] _allowances;
    private readonly bool[] _isSought;
    private readonly Func<int, Task<Presence>> _seek;
    private readonly TimeProvider _clock;
    private readonly long _epoch;
    private readonly ITimer _timer;
    private readonly ILogger _logger;

    /// <param name="rank">This rank.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="communicators">Those that are open here.</param>
    /// <param name="seek">Finds out whether a rank lives that has no connection here.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Where it logs.</param>
    public FaultArbiter(int rank, int worldSize, OpenCommunicators communicators, Func<int, Task<Presence>> seek, TimeProvider clock,
        ILogger logger)
    {
        _rank = rank;
        _arbiter = new Arbiter(rank, worldSize);
        _communicators = communicators;
        _messages = new FaultMessages(worldSize);
        _members = new FaultChannel?[worldSize];
        _allowances = [.. Enumerable.Range(0, worldSize).Select(_ => new MessageAllowance(TimeSpan.Zero))];
        _isSought = new bool[worldSize];
        _seek = seek;
        _clock = clock;
        _epoch = clock.GetTimestamp();
        _logger = logger;
        _timer = clock.CreateTimer(_ => Decide(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Tells the lower rank that decides a case who has answered here.</summary>
    public Action<FaultCase>? Vouch { get; set; }

    private TimeSpan Now => _clock.GetElapsedTime(_epoch);

    /// <summary>A rank reports here from now on; an earlier connection of it ends.</summary>
    public void Connected(int member, FaultChannel channel)
    {
        lock (_gate)
        {
            _members[member]?.Close();
            _members[member] = channel;
            foreach (var watch in _rank == 0 ? _communicators.All : [])
            {
                channel.Send(FaultMessages.Opened(watch.Instance));
            }

            foreach (var open in _arbiter.Awaiting(member))
            {
                channel.Send(FaultMessages.Query(open));
            }
        }
    }

    public void Disconnected(int member, FaultChannel channel)
    {
        lock (_gate)
        {
            if (_members[member] == channel)
            {
                _members[member] = null;
                if (_arbiter.Awaiting(member).Length > 0)
                {
                    Seek(member);
                }
            }
        }
    }

    /// <summary>A rank has sent something.</summary>
    /// <returns>False: more than it may.</returns>
    public bool Received(int member, FaultChannel channel, FaultMessage message)
    {
        lock (_gate)
        {
            if (member != _rank && !IsAwaited(member, message) && !_allowances[member].TryTake(Now))
            {
                return false;
            }

            switch (message.MessageCase)
            {
                case FaultMessage.MessageOneofCase.Probe:
                    channel.Send(FaultMessages.Probe);
                    return true;
                case FaultMessage.MessageOneofCase.Report:
                    Take(member, channel, message.Report);
                    break;
                case FaultMessage.MessageOneofCase.Answer when FaultMessages.Read(message.Answer.Instance) is { } instance:
                    _arbiter.Answer(member, instance, message.Answer.Number, _messages.Read(message.Answer.Wait));
                    break;
                case FaultMessage.MessageOneofCase.Stall when FaultMessages.Read(message.Stall.Instance) is { } instance
                    && IsJudged(member, instance, out var known):
                    AskAll(_arbiter.Stalled(member, known, _messages.Read(message.Stall.Wait), Now));
                    break;
                case FaultMessage.MessageOneofCase.Vouch when FaultMessages.Read(message.Vouch.Instance) is { } instance:
                    _arbiter.Vouch(instance, message.Vouch.Ranks.Where(rank => rank < (uint)_members.Length).Select(rank => (int)rank));
                    return true;
                default:
                    return true; // Of a later version.
            }
        }

        Decide();
        return true;
    }

    /// <summary>Rank 0 opens a communicator, and tells its number.</summary>
    public void Announce(CommunicatorInstance instance)
    {
        lock (_gate)
        {
            Broadcast(FaultMessages.Opened(instance));
        }
    }

    /// <summary>Passes on a verdict of a lower rank's.</summary>
    public void Relay(CommunicatorInstance instance, Verdict verdict)
    {
        lock (_gate)
        {
            Broadcast(FaultMessages.Write(instance, verdict));
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            foreach (var member in _members)
            {
                member?.Close();
            }
        }
    }

    /// <summary>Whether this rank decides for a communicator.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="named">As it names it.</param>
    /// <param name="instance">By the number that it has here, where that is known.</param>
    private bool IsJudged(int by, CommunicatorInstance named, out CommunicatorInstance instance)
    {
        var watch = _communicators.Find(named);
        instance = watch is { Number: not 0 } ? watch.Instance : named;
        return watch is not null || _communicators.IsJudged(by, named);
    }

    /// <summary>Whether it answers a question: that costs a rank nothing, or others could spend its allowance by asking.</summary>
    private bool IsAwaited(int member, FaultMessage message) =>
        message.MessageCase == FaultMessage.MessageOneofCase.Answer && FaultMessages.Read(message.Answer.Instance) is { } instance
        && _arbiter.Awaits(member, instance, message.Answer.Number);

    private void Take(int member, FaultChannel channel, Wire.FaultReport message)
    {
        if (FaultMessages.Read(message.Instance) is not { } named || _messages.Read(message, out var refusal) is not { } report)
        {
            _ = _messages.Read(message, out refusal);
            Log.ReportWasRefused(_logger, member, refusal);
            return;
        }

        var isJudged = IsJudged(member, named, out var instance);
        AskAll(_arbiter.Report(member, instance, report, isJudged, Now, out var verdict));
        if (verdict is not null)
        {
            channel.Send(FaultMessages.Write(instance, verdict));
        }
    }

    private void AskAll(FaultCase? opened)
    {
        for (var rank = 0; rank < _members.Length && opened is not null; rank++)
        {
            if (_members[rank] is { } member)
            {
                member.Send(FaultMessages.Query(opened));
            }
            else
            {
                Seek(rank);
            }
        }
    }

    /// <summary>Finds out whether a rank without a connection lives; it may have lost just that.</summary>
    private void Seek(int rank)
    {
        if (_isSought[rank])
        {
            return;
        }

        _isSought[rank] = true;
        _ = Task.Run(async () =>
        {
            var presence = Presence.Asked;
            try
            {
                presence = await _seek(rank).ConfigureAwait(false);
            }
            finally
            {
                lock (_gate)
                {
                    _isSought[rank] = false;
                    foreach (var open in presence == Presence.Asked ? [] : _arbiter.Awaiting(rank))
                    {
                        open.Found(rank, presence);
                    }
                }
            }

            Decide();
        });
    }

    private void Decide()
    {
        lock (_gate)
        {
            var verdicts = _arbiter.Decide(Now, out var others);
            foreach (var (instance, verdict) in verdicts)
            {
                Broadcast(FaultMessages.Write(instance, verdict));
                Log.FaultWasAttributed(_logger, instance.Id, verdict.Operation, verdict.Step, verdict.Detail);
            }

            foreach (var other in others)
            {
                Vouch?.Invoke(other);
            }

            if (_arbiter.Due is { } due)
            {
                var left = due - Now;
                _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Broadcast(FaultMessage message)
    {
        foreach (var member in _members)
        {
            member?.Send(message);
        }
    }
}
