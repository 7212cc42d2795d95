using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <content>
/// Messages of small operations. One can come before its step: then it is opened, compared and kept until it is due, so that whatever the peer says behind it, that
/// it gave up above all, is heard. There is never more than one: a peer goes on only after it has this rank's own message of the same step.
/// </content>
internal sealed partial class LanePort
{
    /// <summary>Bytes of the message that is kept; 0 where there is none.</summary>
    private int _earlyLength;

    /// <summary>Room for the longest, from the first small operation on: whether and when a message comes early is chance, and operations that repeat allocate nothing.</summary>
    private byte[] _early = [];

    private void MakeRoomForEarly()
    {
        if (_early.Length == 0)
        {
            _early = GC.AllocateUninitializedArray<byte>(_options.LongestMessage);
        }
    }

    private void UseMessage(in FrameHeader header, ReadOnlySpan<byte> payload, in OperationBuffers buffers)
    {
        if (!IsSameCall(payload[..OperationDescriptor.Length]))
        {
            return;
        }

        if (_receiveFlow < 0 || _suspended || _due.Kind != FrameKind.Message
            || header.Phase != _due.Phase || header.Step != _due.Step || header.Chunk != _due.Chunk
            || payload.Length != OperationDescriptor.Length + _due.Target.Length)
        {
            Refuse(OpenStatus.MalformedHeader);
            return;
        }

        if (IsReady)
        {
            ApplyMessage(payload, buffers);
            return;
        }

        payload.CopyTo(_early);
        _earlyLength = payload.Length;
    }

    /// <summary>Applies the message that was kept, now that it is due.</summary>
    private void UseEarly(in OperationBuffers buffers)
    {
        var message = _early.AsSpan(0, _earlyLength);
        _earlyLength = 0;
        ApplyMessage(message, buffers);
    }

    private void ApplyMessage(ReadOnlySpan<byte> payload, in OperationBuffers buffers)
    {
        _descriptorAwaited = false;
        Apply(payload[OperationDescriptor.Length..], buffers);
        _applied++;
        _untoldWeight += RetainedMessages.WeightOf(payload.Length);
        _acknowledgementDue |= _untoldWeight >= _options.RetainedBytes / 2;
    }
}
