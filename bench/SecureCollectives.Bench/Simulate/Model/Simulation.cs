using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// Runs one operation's schedules in simulated time. Knows no algorithm: what is sent when, and what waits for what, is what the schedules say. A frame moves
/// on whole: its receiver sees it when its last byte has arrived.
/// </summary>
internal sealed class Simulation
{
    private readonly SimulatedWorld _world;
    private readonly Cluster _cluster;
    private readonly ModelParameters _parameters;
    private readonly bool _isSealed;
    private readonly SimulatedRank[] _ranks;
    private readonly SimulatedHost[] _hosts;
    private readonly EventQueue _events = new();
    private double _now;

    private Simulation(SimulatedWorld world, Cluster cluster, ModelParameters parameters, bool isSealed)
    {
        _world = world;
        _cluster = cluster;
        _parameters = parameters;
        _isSealed = isSealed;
        _ranks = [.. Enumerable.Range(0, world.Period).Select(rank => new SimulatedRank(world[rank]))];
        _hosts = [.. Enumerable.Range(0, cluster.HostOf(world.Period - 1) + 1).Select(_ => new SimulatedHost(cluster))];
    }

    /// <param name="world">What the ranks do.</param>
    /// <param name="cluster">Where.</param>
    /// <param name="parameters">What the work takes.</param>
    /// <param name="isSealed">Whether frames are sealed.</param>
    /// <param name="cancellationToken">Ends it between two events.</param>
    /// <exception cref="UnreachableException">The schedules never come to an end, or do not fit each other: a defect of theirs.</exception>
    public static SimulatedRun Run(
        SimulatedWorld world, Cluster cluster, ModelParameters parameters, bool isSealed, CancellationToken cancellationToken = default) =>
        new Simulation(world, cluster, parameters, isSealed).Run(cancellationToken);

    private SimulatedRun Run(CancellationToken cancellationToken)
    {
        for (var rank = 0; rank < _ranks.Length; rank++)
            Wake(rank);
        var ended = 0.0;
        while (_events.TryTake(out var happened, out _now))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Take(happened);
            ended = _now;
        }

        var stuck = Array.FindIndex(_ranks, rank => !rank.IsDone);
        if (stuck >= 0)
            throw new UnreachableException($"The schedules wait for each other: nothing happens any more, and rank {stuck} has {_ranks[stuck].Describe()}.");
        return new SimulatedRun(
            ended,
            _ranks.Sum(rank => rank.Sent),
            _ranks.Sum(rank => rank.Applied),
            _ranks.Max(rank => rank.BusySeconds),
            _hosts.Max(host => Math.Max(host.Outbound?.BusySeconds ?? 0, host.Inbound?.BusySeconds ?? 0)),
            _ranks.Length);
    }

    private void Take(in SimulationEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.WorkDone:
                EndWork(happened.Rank);
                break;
            case EventKind.ReachedInterface:
                var frame = happened.Frame;
                var passed = _hosts[_cluster.HostOf(frame.To)].Inbound!.Pass(_now, WireBytes(frame));
                _events.Add(passed.Last, new SimulationEvent(EventKind.Arrived, Frame: frame));
                break;
            default:
                _ranks[happened.Frame.To].Arrive(happened.Frame);
                Wake(happened.Frame.To);
                break;
        }
    }

    private void Wake(int rank)
    {
        if (_ranks[rank].State != RankState.Idle || !_ranks[rank].HasWork)
            return;
        if (_hosts[_cluster.HostOf(rank)].Request(rank) is { } core)
            Begin(rank, core);
        else
            _ranks[rank].State = RankState.Waiting;
    }

    private void Begin(int rank, in GivenCore core)
    {
        _ranks[rank].State = RankState.Working;
        _ranks[rank].Core = core.Number;
        Begin(rank, core.IsSwitched ? _parameters.SwitchSeconds : 0);
    }

    private void Begin(int rank, double switchSeconds)
    {
        var work = _ranks[rank].TakeUp();
        var seconds = switchSeconds + SecondsOf(work, rank);
        _ranks[rank].BusySeconds += seconds;
        _events.Add(_now + seconds, new SimulationEvent(EventKind.WorkDone, rank));
    }

    private void EndWork(int number)
    {
        var rank = _ranks[number];
        var work = rank.Running;
        rank.Complete();
        if (work.Kind is WorkKind.Send or WorkKind.SendAcknowledgement)
            Dispatch(number, rank.PeerOf(work), work);
        if (rank.HasWork)
        {
            Begin(number, switchSeconds: 0);
            return;
        }

        rank.State = RankState.Idle;
        if (_hosts[_cluster.HostOf(number)].Release(rank.Core) is { } next)
            Begin(next.Rank, next.Core);
    }

    /// <summary>Sends a frame on its way to a rank of the world, or to the one in its place.</summary>
    private void Dispatch(int sender, int peer, in RankWork work)
    {
        var to = _world.InPlaceOf(peer);
        var flow = work.Kind == WorkKind.Send ? _ranks[to].FlowFrom(_world.SenderAsSeenBy(sender, peer)) : SimulatedFrame.NoFlow;
        var frame = work.Kind == WorkKind.Send
            ? new SimulatedFrame(sender, to, flow, work.Send.Kind, work.Send.Phase, work.Send.Step, work.Send.Chunk, work.Send.Source.Length)
            : new SimulatedFrame(sender, to, flow, FrameKind.Acknowledgement, FramePhase.None, 0, 0, Acknowledgement.Length);
        if (work.Kind == WorkKind.Send && flow < 0)
            throw new UnreachableException($"The schedules do not fit: rank {sender} sends to rank {peer}, which expects nothing from it.");
        if (_cluster.HostOf(sender) == _cluster.HostOf(peer))
        {
            _events.Add(_now + _parameters.HandoffSeconds, new SimulationEvent(EventKind.Arrived, Frame: frame));
            return;
        }

        var wire = _cluster.Wire ?? throw new UnreachableException("Ranks of two hosts talk without a wire.");
        var passed = _hosts[_cluster.HostOf(sender)].Outbound!.Pass(_now, WireBytes(frame));
        _events.Add(passed.First + wire.LatencySeconds, new SimulationEvent(EventKind.ReachedInterface, Frame: frame));
    }

    private double SecondsOf(in RankWork work, int rank) => work.Kind switch
    {
        WorkKind.CopyOwn => _world[rank].Local!.Value.Length * _parameters.SecondsPerByteCopied,
        WorkKind.Send => _parameters.Send(work.Send, _isSealed),
        WorkKind.Receive => _parameters.Receive(work.Receive, _isSealed),
        WorkKind.SendAcknowledgement => _parameters.SendAcknowledgement(_isSealed),
        _ => _parameters.TakeAcknowledgement(_isSealed),
    };

    private long WireBytes(in SimulatedFrame frame) =>
        FrameFormat.HeaderLength + frame.Bytes + (frame.Kind == FrameKind.Message ? OperationDescriptor.Length : 0) + (_isSealed ? Suite.Aes256Gcm.TagLength : 0);
}
