namespace SecureCollectives.Framing;

/// <summary>
/// The fixed part of a frame. Only <see cref="FrameReader"/> makes one from bytes, so its fields are within their limits.
/// </summary>
/// <param name="Kind">What the frame carries.</param>
/// <param name="Phase">The part of the collective, for data.</param>
/// <param name="Length">Bytes of payload, at most <see cref="FrameFormat.MaxPayloadLength"/>.</param>
/// <param name="Counter">The frame's number in its direction of its lane, from 0.</param>
/// <param name="Operation">The operation's sequence number, shared by all ranks of the communicator.</param>
/// <param name="Step">The step of the schedule, counted over all windows.</param>
/// <param name="Chunk">The chunk of the shard, from 0.</param>
internal readonly record struct FrameHeader(
    FrameKind Kind, FramePhase Phase, int Length, ulong Counter, ulong Operation, uint Step, uint Chunk);
