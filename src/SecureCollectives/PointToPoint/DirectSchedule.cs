using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.PointToPoint;

/// <summary>Moves a buffer between this rank and another, in one direction, in chunks.</summary>
internal sealed class DirectSchedule : Schedule
{
    private readonly long _bytes;
    private readonly int _chunkBytes;
    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    /// <param name="peer">The other rank, as a rank of the job.</param>
    /// <param name="sends">Whether this rank sends the buffer; otherwise it receives it.</param>
    /// <param name="descriptor">Describes the call; the same on both ranks.</param>
    /// <param name="bytes">The length of the buffer in bytes.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk.</param>
    public DirectSchedule(int peer, bool sends, OperationDescriptor descriptor, long bytes, int chunkBytes)
    {
        Descriptor = descriptor;
        (_bytes, _chunkBytes) = (bytes, chunkBytes);
        Flow[] flow = [new Flow(peer, (bytes + chunkBytes - 1) / chunkBytes)];
        _sends = sends ? flow : [];
        _receives = sends ? [] : flow;
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override SendTransfer GetSend(int flow, long position) =>
        new(FrameKind.Data, FramePhase.AllGather, 0, (uint)position, Chunk(BufferRole.Input, position), -1, 0);

    public override ReceiveTransfer GetReceive(int flow, long position) =>
        new(FrameKind.Data, FramePhase.AllGather, 0, (uint)position, ReceiveAction.Copy, default, Chunk(BufferRole.Output, position));

    private Region Chunk(BufferRole buffer, long position) =>
        new(buffer, position * _chunkBytes, (int)Math.Min(_chunkBytes, _bytes - (position * _chunkBytes)));
}
