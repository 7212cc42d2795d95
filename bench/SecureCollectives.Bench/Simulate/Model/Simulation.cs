using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// Runs one operation's schedules in simulated time. It contains no algorithm: the schedules determine what is sent when, and what depends
/// on what. Frames are not split: a receiver sees a frame when its last byte has arrived.
/// </summary>
internal sealed class Simulation
{
    private readonly SimulatedWorld _world;
    private readonly Cluster _cluster;
    private readonly ModelParameters _parameters;
    private readonly bool _isSealed;
    private readonly SimulatedRank[] _loops;
    private readonly SimulatedHost[] _hosts;
    private readonly EventQueue _events = new();
    private double _now;

    private Simulation(SimulatedWorld world, Cluster cluster, ModelParameters parameters, bool isSealed)
    {
        _world = world;
        _cluster = cluster;
        _parameters = parameters;
        _isSealed = isSealed;
        _loops = [.. Enumerable.Range(0, world.Loops).Select(loop => new SimulatedRank(world.ScheduleOf(loop)))];
        _hosts = [.. Enumerable.Range(0, cluster.HostOf(world.Period - 1) + 1).Select(_ => new SimulatedHost(cluster))];
    }

    /// <param name="world">The schedules of the ranks.</param>
    /// <param name="cluster">The hosts that the ranks run on.</param>
    /// <param name="parameters">The duration of the work.</param>
    /// <param name="isSealed">Whether frames are sealed.</param>
    /// <param name="cancellationToken">Cancels between two events.</param>
    /// <exception cref="UnreachableException">The schedules deadlock or do not match each other, which is a defect in them.</exception>
    public static SimulatedRun Run(
        SimulatedWorld world, Cluster cluster, ModelParameters parameters, bool isSealed, CancellationToken cancellationToken = default) =>
        new Simulation(world, cluster, parameters, isSealed).Run(cancellationToken);

    private SimulatedRun Run(CancellationToken cancellationToken)
    {
        for (var loop = 0; loop < _loops.Length; loop++)
        {
            Wake(loop);
        }

        var ended = 0.0;
        while (_events.TryTake(out var happened, out _now))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Take(happened);
            ended = _now;
        }

        var stuck = Array.FindIndex(_loops, loop => !loop.IsDone);
        if (stuck >= 0)
        {
            throw new UnreachableException($"The schedules deadlock: rank {_world.RankOf(stuck)} has {_loops[stuck].Describe()}.");
        }

        return new SimulatedRun(
            ended,
            _loops.Sum(loop => loop.Sent),
            _loops.Sum(loop => loop.Applied),
            _loops.Max(loop => loop.BusySeconds),
            _hosts.Max(host => Math.Max(host.Outbound?.BusySeconds ?? 0, host.Inbound?.BusySeconds ?? 0)),
            _world.Period)
        {
            HostCoreSeconds = _loops.Index().GroupBy(loop => HostOf(loop.Index), loop => loop.Item.BusySeconds).Max(host => host.Sum()),
        };
    }

    private void Take(in SimulationEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.WorkDone:
                EndWork(happened.Loop);
                break;
            case EventKind.ReachedInterface:
                var frame = happened.Frame;
                var passed = _hosts[HostOf(frame.To)].Inbound!.Pass(_now, WireBytes(frame));
                _events.Add(passed.Last, new SimulationEvent(EventKind.Arrived, Frame: frame));
                break;
            default:
                _loops[happened.Frame.To].Arrive(happened.Frame);
                Wake(happened.Frame.To);
                break;
        }
    }

    private void Wake(int loop)
    {
        if (_loops[loop].State != RankState.Idle || !_loops[loop].HasWork)
        {
            return;
        }

        if (_hosts[HostOf(loop)].Request(loop) is { } core)
        {
            Begin(loop, core);
        }
        else
        {
            _loops[loop].State = RankState.Waiting;
        }
    }

    private void Begin(int loop, in GivenCore core)
    {
        _loops[loop].State = RankState.Working;
        _loops[loop].Core = core.Number;
        Begin(loop, core.IsSwitched ? _parameters.SwitchSeconds : 0);
    }

    private void Begin(int loop, double switchSeconds)
    {
        var work = _loops[loop].TakeUp();
        var seconds = switchSeconds + SecondsOf(work, loop);
        _loops[loop].BusySeconds += seconds;
        _events.Add(_now + seconds, new SimulationEvent(EventKind.WorkDone, loop));
    }

    private void EndWork(int number)
    {
        var loop = _loops[number];
        var work = loop.Running;
        loop.Complete();
        if (work.Kind is WorkKind.Send or WorkKind.SendAcknowledgement)
        {
            Dispatch(number, loop.PeerOf(work), work);
        }

        if (loop.HasWork)
        {
            Begin(number, switchSeconds: 0);
            return;
        }

        loop.State = RankState.Idle;
        if (_hosts[HostOf(number)].Release(loop.Core) is { } next)
        {
            Begin(next.Loop, next.Core);
        }
    }

    /// <summary>Sends a frame to the peer's loop of the same channel, or to that of the peer's representative.</summary>
    private void Dispatch(int sender, int peer, in RankWork work)
    {
        var rank = _world.RankOf(sender);
        var to = _world.LoopOf(_world.InPlaceOf(peer), sender);
        var flow = work.Kind == WorkKind.Send ? _loops[to].FlowFrom(_world.SenderAsSeenBy(rank, peer)) : SimulatedFrame.NoFlow;
        var frame = work.Kind == WorkKind.Send
            ? new SimulatedFrame(
                sender, to, flow, work.Send.Kind, work.Send.Phase, work.Send.Step, work.Send.Chunk, work.Send.Source.Length)
            : new SimulatedFrame(sender, to, flow, FrameKind.Acknowledgement, FramePhase.None, 0, 0, Acknowledgement.Length);
        if (work.Kind == WorkKind.Send && flow < 0)
        {
            throw new UnreachableException($"The schedules do not match: rank {rank} sends to rank {peer}, which expects nothing from it.");
        }

        if (HostOf(sender) == _cluster.HostOf(peer))
        {
            _events.Add(_now + _parameters.HandoffSeconds, new SimulationEvent(EventKind.Arrived, Frame: frame));
            return;
        }

        var wire = _cluster.Wire ?? throw new UnreachableException("Ranks on two hosts communicate, but there is no wire.");
        var passed = _hosts[HostOf(sender)].Outbound!.Pass(_now, WireBytes(frame));
        _events.Add(passed.First + wire.LatencySeconds, new SimulationEvent(EventKind.ReachedInterface, Frame: frame));
    }

    private double SecondsOf(in RankWork work, int loop) => work.Kind switch
    {
        WorkKind.CopyOwn => _world.ScheduleOf(loop).Local!.Value.Length * _parameters.SecondsPerByteCopied,
        WorkKind.Send => _parameters.Send(work.Send, _isSealed),
        WorkKind.Receive => _parameters.Receive(work.Receive, _isSealed),
        WorkKind.SendAcknowledgement => _parameters.SendAcknowledgement(_isSealed),
        _ => _parameters.TakeAcknowledgement(_isSealed),
    };

    private int HostOf(int loop) => _cluster.HostOf(_world.RankOf(loop));

    private long WireBytes(in SimulatedFrame frame) =>
        FrameFormat.HeaderLength + frame.Bytes + (
            frame.Kind == FrameKind.Message ? OperationDescriptor.Length : 0) + (_isSealed ? Suite.Aes256Gcm.TagLength : 0);
}
