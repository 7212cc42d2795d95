using Microsoft.Extensions.Logging;
using SecureCollectives.Faults;
using SecureCollectives.Membership.Wire;

namespace SecureCollectives.Membership;

/// <summary>
/// The arbiter's side of fault attribution: collects reports, asks every rank what it is waiting for, decides, and broadcasts the verdict.
/// Thread-safe.
/// </summary>
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

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks of the job.</param>
    /// <param name="communicators">The communicators that are open here.</param>
    /// <param name="seek">Probes a rank that is not connected to this arbiter, to find out whether it is alive.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
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

    /// <summary>Reports to the lower arbiter in charge of a case which ranks have answered here.</summary>
    public Action<FaultCase>? Vouch { get; set; }

    private TimeSpan Now => _clock.GetElapsedTime(_epoch);

    /// <summary>Registers a connection from a rank, and closes its previous one.</summary>
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

    /// <summary>Handles a message from a rank.</summary>
    /// <returns>Whether the rank is within its message allowance; if false, its connection must be closed.</returns>
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
                    return true; // A message from a later version.
            }
        }

        Decide();
        return true;
    }

    /// <summary>Announces the number of a communicator that rank 0 is opening.</summary>
    public void Announce(CommunicatorInstance instance)
    {
        lock (_gate)
        {
            Broadcast(FaultMessages.Opened(instance));
        }
    }

    /// <summary>Forwards a verdict from a lower rank.</summary>
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

    /// <summary>Returns whether this rank arbitrates for a communicator.</summary>
    /// <param name="by">The rank that asks.</param>
    /// <param name="named">The communicator as that rank names it.</param>
    /// <param name="instance">The communicator, with its local number if known.</param>
    private bool IsJudged(int by, CommunicatorInstance named, out CommunicatorInstance instance)
    {
        var watch = _communicators.Find(named);
        instance = watch is { Number: not 0 } ? watch.Instance : named;
        return watch is not null || _communicators.IsJudged(by, named);
    }

    /// <summary>
    /// Returns whether a message answers a query. Answers do not count against the allowance; otherwise queries could exhaust it.
    /// </summary>
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

    /// <summary>Probes an unconnected rank, which may still be alive.</summary>
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
