using SecureCollectives.Framing;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>A frame on its way.</summary>
/// <param name="From">The simulated loop that sent it.</param>
/// <param name="To">The simulated loop that gets it.</param>
/// <param name="Flow">The receiver's flow that it belongs to; <see cref="NoFlow"/> for an acknowledgement.</param>
/// <param name="Kind">As in its header, with the next three: what a loop holds against what is due.</param>
/// <param name="Phase">Phase of the collective.</param>
/// <param name="Step">Step over all windows.</param>
/// <param name="Chunk">Chunk of the shard.</param>
/// <param name="Bytes">Of its payload.</param>
internal readonly record struct SimulatedFrame(
    int From, int To, int Flow, FrameKind Kind, FramePhase Phase, uint Step, uint Chunk, int Bytes)
{
    public const int NoFlow = -1;
}
