using System.Numerics;
using System.Runtime.InteropServices;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// Runs the schedules of all ranks by hand: one thread, lanes that hold one frame each, and all possible events in a random order. Checks
/// the guarantees of schedules: both ends of a flow agree, nothing deadlocks, and sent data stays unchanged until it is applied. Reductions
/// are averages over all ranks.
/// </summary>
internal sealed class ScheduleWorld<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Stands in for the send cursor of the reverse direction if there is none.</summary>
    private static readonly SendCursor Nothing = new(lane: 0, lanes: 1);

    private readonly Schedule[] _schedules;
    private readonly T[][] _inputs;
    private readonly T[][] _outputs;
    private readonly AppliedPositions[] _applied;
    private readonly Dictionary<(int From, int To, int Lane), LaneState> _states = [];

    public ScheduleWorld(Schedule[] schedules, T[][] inputs, T[][] outputs, int lanes)
    {
        (_schedules, _inputs, _outputs) = (schedules, inputs, outputs);
        _applied = [.. schedules.Select(schedule => new AppliedPositions(lanes, schedule.Receives.Length))];
        foreach (var (rank, schedule) in schedules.Index())
        {
            for (var flow = 0; flow < schedule.Sends.Length; flow++)
            {
                var peer = schedule.Sends[flow].Peer;
                var receive = FlowWith(schedules[peer].Receives, rank);
                Assert.InRange(receive, 0, schedules.Length);
                Assert.Equal(schedule.Sends[flow].Count, schedules[peer].Receives[receive].Count);
                for (var lane = 0; lane < lanes; lane++)
                {
                    var state = new LaneState(rank, peer, lane, lanes);
                    state.Sending.Begin(schedule, flow);
                    state.Receiving.Begin(schedules[peer], receive);
                    _applied[peer].Set(receive, lane, state.Receiving);
                    _states.Add((rank, peer, lane), state);
                }
            }
        }
    }

    public void Run(Random random)
    {
        foreach (var (rank, schedule) in _schedules.Index())
        {
            if (schedule.Local is { } copy)
            {
                Bytes(rank, BufferRole.Input).Slice((int)copy.SourceOffset, (int)copy.Length)
                    .CopyTo(Bytes(rank, BufferRole.Output)[(int)copy.TargetOffset..]);
            }
        }

        var actions = _states
            .SelectMany(entry => new Func<bool>[] { () => TrySend(entry.Value), () => TryReceive(entry.Value, entry.Key.Lane) }).ToArray();
        bool moved;
        do
        {
            moved = false;
            random.Shuffle(actions);
            foreach (var action in actions)
            {
                moved |= action();
            }
        }
        while (moved);
        Assert.All(_states.Values,
            state => Assert.True(state.Sending.IsDone && state.Receiving.IsDone, $"rank {state.To} waits forever for rank {state.From}"));
    }

    private bool TrySend(LaneState state)
    {
        if (state.Frame is not null || state.Sending.IsDone)
        {
            return false;
        }

        var send = state.Sending.Next;
        if (send.AfterFlow >= 0)
        {
            Assert.InRange(send.AfterPosition, send.AfterCount - 1, _schedules[state.From].Receives[send.AfterFlow].Count - 1);
        }

        if (!_applied[state.From].Allow(send))
        {
            return false;
        }

        state.Frame = (send, Bytes(state.From, send.Source).ToArray());
        if (send.KeptAt >= 0)
        {
            state.Frame.Value.Payload.CopyTo(Bytes(state.From, BufferRole.Output)[(int)send.KeptAt..]);
        }

        state.Sending.Advance();
        return true;
    }

    private bool TryReceive(LaneState state, int lane)
    {
        if (state.Frame is not { } frame)
        {
            return false;
        }

        Assert.False(state.Receiving.IsDone, $"rank {state.From} sends more than rank {state.To} expects");
        var receive = state.Receiving.Due;
        Assert.Equal((frame.Send.Kind, frame.Send.Phase, frame.Send.Step, frame.Send.Chunk),
            (receive.Kind, receive.Phase, receive.Step, receive.Chunk));
        Assert.Equal(frame.Payload.Length, receive.Target.Length);
        var reply = _states.TryGetValue((state.To, state.From, lane), out var back) ? back.Sending : Nothing;
        if (!state.Receiving.IsReady(reply, _applied[state.To]))
        {
            return false;
        }

        Assert.True(Bytes(state.From, frame.Send.Source).SequenceEqual(frame.Payload),
            "sent data was overwritten before it was applied");
        Apply(state.To, receive, MemoryMarshal.Cast<byte, T>(frame.Payload));
        state.Frame = null;
        state.Receiving.Advance();
        return true;
    }

    private void Apply(int rank, in ReceiveTransfer receive, ReadOnlySpan<T> received)
    {
        Assert.Equal(BufferRole.Output, receive.Target.Buffer);
        var target = MemoryMarshal.Cast<byte, T>(Bytes(rank, receive.Target));
        if (receive.Action == ReceiveAction.Copy)
        {
            received.CopyTo(target);
            return;
        }

        var operand = MemoryMarshal.Cast<byte, T>(Bytes(rank, receive.Operand));
        for (var i = 0; i < received.Length; i++)
        {
            var sum = operand[i] + received[i];
            target[i] = receive.Action == ReceiveAction.Reduce ? sum : sum / T.CreateChecked(_schedules.Length);
        }
    }

    private Span<byte> Bytes(int rank, in Region region) => Bytes(rank, region.Buffer).Slice((int)region.Offset, region.Length);

    private Span<byte> Bytes(int rank, BufferRole role) =>
        MemoryMarshal.AsBytes((role == BufferRole.Input ? _inputs : _outputs)[rank].AsSpan());

    private static int FlowWith(ReadOnlySpan<Flow> flows, int peer)
    {
        for (var i = 0; i < flows.Length; i++)
        {
            if (flows[i].Peer == peer)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>One direction of one lane.</summary>
    private sealed class LaneState(int from, int to, int lane, int lanes)
    {
        public int From => from;

        public int To => to;

        public SendCursor Sending { get; } = new(lane, lanes);

        public ReceiveCursor Receiving { get; } = new(lane, lanes);

        public (SendTransfer Send, byte[] Payload)? Frame { get; set; }
    }
}
