using System.Numerics;
using System.Runtime.InteropServices;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// Runs the schedules of all ranks by hand: one thread, lanes that hold a frame each, everything that may happen in a random order. Holds schedules to what they promise: both ends
/// of a flow agree, nothing waits for ever, what was sent stays as it was until it is applied. Reductions are averages of all ranks.
/// </summary>
internal sealed class ScheduleWorld<T>
    where T : unmanaged, INumber<T>
{
    private readonly Schedule[] _schedules;
    private readonly T[][] _inputs;
    private readonly T[][] _outputs;
    private readonly int _lanes;
    private readonly Dictionary<(int From, int To, int Lane), LaneState> _states = [];

    public ScheduleWorld(Schedule[] schedules, T[][] inputs, T[][] outputs, int lanes)
    {
        (_schedules, _inputs, _outputs, _lanes) = (schedules, inputs, outputs, lanes);
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
                    var state = new LaneState(rank, flow, peer, receive) { NextSend = lane, NextReceive = lane };
                    _states.Add((rank, peer, lane), state);
                    SkipEmptyReceives(state);
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
                Bytes(rank, BufferRole.Input).Slice((int)copy.SourceOffset, (int)copy.Length).CopyTo(Bytes(rank, BufferRole.Output)[(int)copy.TargetOffset..]);
            }
        }

        var actions = _states.SelectMany(entry => new Func<bool>[] { () => TrySend(entry.Value), () => TryReceive(entry.Value, entry.Key.Lane) }).ToArray();
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
        Assert.All(_states.Values, state => Assert.True(state.NextSend >= SendCount(state) && state.NextReceive >= ReceiveCount(state), $"rank {state.To} waits for rank {state.From} for ever"));
    }

    private bool TrySend(LaneState state)
    {
        if (state.Frame is not null || state.NextSend >= SendCount(state))
        {
            return false;
        }

        var send = _schedules[state.From].GetSend(state.SendFlow, state.NextSend);
        if (send.AfterFlow >= 0 && !IsApplied(state.From, send.AfterFlow, send.AfterPosition, send.AfterCount))
        {
            return false;
        }

        if (send.Source.Length > 0)
        {
            state.Frame = (send, Bytes(state.From, send.Source).ToArray());
            if (send.KeptAt >= 0)
            {
                state.Frame.Value.Payload.CopyTo(Bytes(state.From, BufferRole.Output)[(int)send.KeptAt..]);
            }
        }

        state.NextSend += _lanes;
        return true;
    }

    private bool TryReceive(LaneState state, int lane)
    {
        if (state.Frame is not { } frame)
        {
            return false;
        }

        var receive = _schedules[state.To].GetReceive(state.ReceiveFlow, state.NextReceive);
        Assert.Equal((frame.Send.Kind, frame.Send.Phase, frame.Send.Step, frame.Send.Chunk), (receive.Kind, receive.Phase, receive.Step, receive.Chunk));
        Assert.Equal(frame.Payload.Length, receive.Target.Length);
        if ((receive.AfterSend >= 0 && _states[(state.To, state.From, lane)].NextSend <= receive.AfterSend)
            || (receive.AfterFlow >= 0 && !IsApplied(state.To, receive.AfterFlow, receive.AfterPosition, 1)))
        {
            return false;
        }

        Assert.True(Bytes(state.From, frame.Send.Source).SequenceEqual(frame.Payload), "what was sent was overwritten before it was applied");
        Apply(state.To, receive, MemoryMarshal.Cast<byte, T>(frame.Payload));
        state.Frame = null;
        state.NextReceive += _lanes;
        SkipEmptyReceives(state);
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

    /// <summary>Of every position, whatever lane it is on.</summary>
    private bool IsApplied(int rank, int flow, long position, int count)
    {
        Assert.InRange(position, count - 1, _schedules[rank].Receives[flow].Count - 1);
        return Enumerable.Range(0, count).All(i =>
            _states[(_schedules[rank].Receives[flow].Peer, rank, (int)((position - i) % _lanes))].NextReceive > position - i);
    }

    private void SkipEmptyReceives(LaneState state)
    {
        while (state.NextReceive < ReceiveCount(state) && _schedules[state.To].GetReceive(state.ReceiveFlow, state.NextReceive).Target.Length == 0)
        {
            state.NextReceive += _lanes;
        }
    }

    private long SendCount(LaneState state) => _schedules[state.From].Sends[state.SendFlow].Count;

    private long ReceiveCount(LaneState state) => _schedules[state.To].Receives[state.ReceiveFlow].Count;

    private Span<byte> Bytes(int rank, in Region region) => Bytes(rank, region.Buffer).Slice((int)region.Offset, region.Length);

    private Span<byte> Bytes(int rank, BufferRole role) => MemoryMarshal.AsBytes((role == BufferRole.Input ? _inputs : _outputs)[rank].AsSpan());

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
    private sealed class LaneState(int from, int sendFlow, int to, int receiveFlow)
    {
        public int From => from;

        public int SendFlow => sendFlow;

        public int To => to;

        public int ReceiveFlow => receiveFlow;

        public long NextSend { get; set; }

        public long NextReceive { get; set; }

        public (SendTransfer Send, byte[] Payload)? Frame { get; set; }
    }
}
