namespace SecureCollectives.Framing;

/// <summary>
/// The fixed part of a frame. Only <see cref="FrameReader"/> creates headers from received bytes, so their fields are always within the
/// limits.
/// </summary>
/// <param name="Kind">What the frame carries, which determines its maximum length.</param>
/// <param name="Phase">The phase of the collective; used by data frames only.</param>
/// <param name="Length">The length of the payload in bytes, at most <see cref="FrameFormat.MaxPayloadLength"/>.</param>
/// <param name="Counter">The frame's number in its direction of the lane, counting from 0.</param>
/// <param name="Operation">The operation's number, the same on all ranks of the communicator.</param>
/// <param name="Step">The step of the schedule, counted over all windows.</param>
/// <param name="Chunk">The chunk's number within its shard, counting from 0.</param>
internal readonly record struct FrameHeader(
    FrameKind Kind, FramePhase Phase, int Length, ulong Counter, ulong Operation, uint Step, uint Chunk);
