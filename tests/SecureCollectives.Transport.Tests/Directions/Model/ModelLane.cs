using System.Diagnostics.CodeAnalysis;
using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>
/// A rank's end of a lane: the product's state machines, the frames that they produce, and a ledger of what may be applied.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The model's sealers and openers hold no secret, and states share them.")]
internal sealed class ModelLane(Scenario scenario, int rank, int lane)
{
    private ModelSealer _sealer = new(new ModelKey(0, lane, rank));
    private ModelOpener _opener = new(new ModelKey(0, lane, 1 - rank));

    public OutboundDirection Outbound { get; } = new(lane, scenario.Lanes, scenario.Retention);

    public InboundDirection Inbound { get; } = new(lane, scenario.Lanes, scenario.Retention);

    /// <summary>The number of applied steps of <see cref="Scenario.DueAt"/>.</summary>
    public int Applied { get; private set; }

    /// <summary>The key that the lane seals with.</summary>
    public ModelKey Key => _sealer.Key;

    public bool IsComplete => Inbound.IsDone && Outbound.IsDone && !Outbound.AwaitsAcknowledgement;

    /// <summary>Switches to sealing and opening for another link.</summary>
    public void Rekey(int link, bool keepsSealer)
    {
        _sealer = keepsSealer ? _sealer : new ModelSealer(new ModelKey(link, lane, rank));
        _opener = new ModelOpener(new ModelKey(link, lane, 1 - rank));
    }

    /// <summary>Makes the next frame; returns null if there is none.</summary>
    /// <param name="operation">The current operation.</param>
    /// <param name="applied">The positions that it has applied.</param>
    /// <param name="bug">The planted bug.</param>
    public ModelFrame? Make(int operation, AppliedPositions applied, PlantedBug bug)
    {
        var next = Outbound.Next(applied, Inbound);
        var frame = next switch
        {
            OutboundFrame.None => null,
            OutboundFrame.KeptMessage => SealKept(),
            OutboundFrame.Descriptor => SealDescriptor(operation),
            OutboundFrame.Acknowledgement => SealAcknowledgement(bug),
            OutboundFrame.Message => SealMessage(operation),
            _ => SealData(operation),
        };
        Outbound.Complete(next);
        return frame;
    }

    /// <summary>Receives a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="operation">The current operation.</param>
    /// <param name="applied">The positions that it has applied.</param>
    /// <param name="bug">The planted bug.</param>
    /// <returns>False if the frame has to wait in the lane.</returns>
    public bool Take(ModelFrame frame, int operation, AppliedPositions applied, PlantedBug bug)
    {
        Demand(_opener.Expect(frame.Head, out var header) == OpenStatus.Ok, "a header was refused");
        var isReady = Inbound.Cursor.IsReady(Outbound.Cursor, applied);
        switch (Inbound.PlaceOf(header, isReady, Outbound))
        {
            case FramePlace.None:
                throw new ModelViolationException($"a frame was not due: {header}");
            case FramePlace.Later:
                return false;
        }

        Demand(_opener.Open(frame.Head, frame.SealedPayload, out var payload) == OpenStatus.Ok, "a frame could not be opened");
        switch (header.Kind)
        {
            case FrameKind.Descriptor:
                Demand(IsOfCall(payload, operation) && Inbound.TakesDescriptor, "a descriptor was not this operation's");
                Inbound.CompleteDescriptor();
                Apply(new ModelStep(FrameKind.Descriptor, operation, 0));
                return true;
            case FrameKind.Message:
                Demand(IsOfCall(payload[..OperationDescriptor.Length], operation)
                    && Inbound.TakesMessage(header), "a message was not this operation's");
                if (isReady)
                {
                    ApplyMessage(payload, operation);
                }
                else
                {
                    Inbound.KeepEarly(payload);
                }

                return true;
            case FrameKind.Acknowledgement:
                Demand(Acknowledgement.TryRead(
                    payload, out var acknowledgement) == FrameReadStatus.Ok, "an acknowledgement could not be read");
                Demand(Outbound.TryAcknowledge(acknowledgement.Applied, Outbound.Made), "an acknowledgement was refused");
                if (bug == PlantedBug.ReleasesTooMuch)
                {
                    Outbound.Kept.Release(acknowledgement.Applied + 1);
                }

                return true;
            default:
                var position = Inbound.Cursor.Due.Step;
                Demand(payload.SequenceEqual(PayloadOf(operation, 1 - rank, position)), "data was not what was due");
                Inbound.CompleteData();
                Apply(new ModelStep(FrameKind.Data, operation, position));
                return true;
        }
    }

    /// <summary>Applies the message that arrived too early, if there is one and it is due now.</summary>
    public bool TryApplyEarly(int operation, AppliedPositions applied)
    {
        if (!Inbound.HasEarly || !Inbound.Cursor.IsReady(Outbound.Cursor, applied))
        {
            return false;
        }

        ApplyMessage(Inbound.TakeEarly(), operation);
        return true;
    }

    private void ApplyMessage(ReadOnlySpan<byte> payload, int operation)
    {
        var position = Inbound.Cursor.Due.Step;
        var data = payload[OperationDescriptor.Length..];
        Demand(
            IsOfCall(payload[..OperationDescriptor.Length], operation)
                && (data.IsEmpty || data.SequenceEqual(PayloadOf(operation, 1 - rank, position))),
            "a message was not what was due");
        Inbound.CompleteMessage(payload.Length);
        Apply(new ModelStep(FrameKind.Message, operation, position));
    }

    /// <summary>Checks a step against the ledger: each step is applied once, in order, and counted as the product counts it.</summary>
    private void Apply(ModelStep step)
    {
        var due = scenario.DueAt(rank, lane);
        Demand(Applied < due.Length && due[Applied] == step, $"rank {rank} applied {step}, which was not due on lane {lane}");
        Applied++;
        Demand(Inbound.Applied == (ulong)Applied, "a position does not count what was applied");
    }

    private ModelFrame SealKept()
    {
        var payload = Outbound.Kept.Get(Outbound.Made, out var header);
        return ModelFrame.Seal(_sealer, header, payload);
    }

    private ModelFrame SealDescriptor(int operation)
    {
        var payload = new byte[OperationDescriptor.Length];
        ScheduleAt(operation).Descriptor.Write(payload);
        return ModelFrame.Seal(
            _sealer, new FrameHeader(FrameKind.Descriptor, FramePhase.None, payload.Length, 0, (ulong)operation, 0, 0), payload);
    }

    private ModelFrame SealAcknowledgement(PlantedBug bug)
    {
        var payload = new byte[Acknowledgement.Length];
        new Acknowledgement(Inbound.Tell() + (bug == PlantedBug.AcknowledgesTooMuch ? 1UL : 0)).Write(payload);
        return ModelFrame.Seal(_sealer, new FrameHeader(FrameKind.Acknowledgement, FramePhase.None, payload.Length, 0, 0, 0, 0), payload);
    }

    private ModelFrame SealMessage(int operation)
    {
        ref readonly var message = ref Outbound.Cursor.Next;
        var length = OperationDescriptor.Length + message.Source.Length;
        var copy = Outbound.Kept.Add(
            Outbound.Made, new FrameHeader(message.Kind, message.Phase, length, 0, (ulong)operation, message.Step, message.Chunk));
        ScheduleAt(operation).Descriptor.Write(copy);
        PayloadOf(operation, rank, message.Step).AsSpan(0, message.Source.Length).CopyTo(copy[OperationDescriptor.Length..]);
        return SealKept();
    }

    private ModelFrame SealData(int operation)
    {
        ref readonly var data = ref Outbound.Cursor.Next;
        return ModelFrame.Seal(
            _sealer,
            new FrameHeader(data.Kind, data.Phase, data.Source.Length, 0, (ulong)operation, data.Step, data.Chunk),
            PayloadOf(operation, rank, data.Step));
    }

    private ModelSchedule ScheduleAt(int operation)
    {
        Demand(operation < scenario.Operations, "a frame was made from buffers that the caller has back");
        return scenario.ScheduleOf(rank, operation);
    }

    private bool IsOfCall(ReadOnlySpan<byte> payload, int operation) =>
        OperationDescriptor.TryRead(payload, out var theirs) == FrameReadStatus.Ok
            && theirs == scenario.ScheduleOf(rank, operation).Descriptor;

    private static byte[] PayloadOf(int operation, int sender, uint position) =>
        [(byte)operation, (byte)sender, (byte)position, 1, 2, 3, 4, 5];

    private static void Demand(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new ModelViolationException(otherwise);
        }
    }
}
