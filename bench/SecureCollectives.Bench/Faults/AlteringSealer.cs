using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Bench.Faults;

/// <summary>
/// Plants one wrong element: a plaintext sealer of rank 0 that alters one byte of the first chunk of an operation's last hop. The element
/// reaches only the next rank's result, because that rank does not forward it. In any protection except plaintext, the receiver would
/// refuse the frame.
/// </summary>
internal sealed class AlteringSealer(FrameSealer inner, int ranks) : FrameSealer
{
    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];
    private uint _lastStep;

    public override int TagLength => inner.TagLength;

    public override bool UsesStaging => true;

    public override void Dispose() => inner.Dispose();

    protected override ReadOnlySpan<byte> SealPayload(ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging)
    {
        var header = SealedHeader.Read(head);
        var copy = staging[..source.Length];
        inner.Seal(header, source, _head, staging).CopyTo(copy);
        if (header.Kind == FrameKind.Descriptor && OperationDescriptor.TryRead(source, out var descriptor) == FrameReadStatus.Ok)
        {
            _lastStep = LastStep(descriptor.Collective);
        }
        else if (header is { Kind: FrameKind.Data, Phase: FramePhase.AllGather, Chunk: 0 } && header.Step == _lastStep && !copy.IsEmpty)
        {
            copy[^2] ^= 0xFF; // This byte holds the lowest exponent bit of a little-endian float32, so rounding cannot hide the change.
        }

        return copy;
    }

    /// <summary>Returns the last step of the first window: AllReduce goes around the ring twice, AllGather once.</summary>
    private uint LastStep(CollectiveCode collective) => (uint)(collective == CollectiveCode.AllReduce ? (2 * (ranks - 1)) - 1 : ranks - 2);
}
