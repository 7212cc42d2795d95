using SecureCollectives.Framing;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>A frame in transit.</summary>
/// <param name="From">The simulated loop that sent it.</param>
/// <param name="To">The simulated loop that receives it.</param>
/// <param name="Flow">The receiver's flow that it belongs to; <see cref="NoFlow"/> for an acknowledgement.</param>
/// <param name="Kind">The kind in the frame's header. The receiving loop compares it and the next three with what is due.</param>
/// <param name="Phase">The phase of the collective.</param>
/// <param name="Step">The step, counted over all windows.</param>
/// <param name="Chunk">The chunk of the shard.</param>
/// <param name="Bytes">The length of the payload.</param>
internal readonly record struct SimulatedFrame(
    int From, int To, int Flow, FrameKind Kind, FramePhase Phase, uint Step, uint Chunk, int Bytes)
{
    public const int NoFlow = -1;
}
