using System.Runtime.InteropServices;
using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Measuring;

/// <summary>Broadcast from rank 0. The size is that of the buffer.</summary>
internal sealed class MeasuredBroadcast : MeasuredCollective
{
    private const int Root = 0;

    public override string Operator => "none";

    public override double BusFactor(int ranks) => 1;

    public override int InputCount(long bytes, int ranks) => (int)(bytes / BenchParameters.ElementBytes);

    public override int OutputCount(long bytes, int ranks) => InputCount(bytes, ranks);

    public override void Call(Communicator communicator, ReadOnlySpan<float> input, Span<float> output) =>
        communicator.Broadcast(communicator.Rank == Root ? Writable(input) : output, Root);

    protected override bool HasResult(int rank) => rank != Root;

    /// <summary>Returns the root's buffer as writable; on the root, the call only reads it.</summary>
    private static Span<float> Writable(ReadOnlySpan<float> input) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(input), input.Length);

    protected override float Expected(int position, int count, int rank, int ranks) => InputPattern.At(Root, position);
}
