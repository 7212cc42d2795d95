using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>What the model says of one cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Bytes">Simulated: those asked for, or a few more where they do not divide among the ranks.</param>
/// <param name="Times">By algorithm; without those that the library cannot be set to use at such a size.</param>
internal sealed record ScaleRow(ScaleCell Cell, long Bytes, IReadOnlyList<AlgorithmTimes> Times)
{
    private const double BytesPerGigabyte = 1e9;

    /// <summary>The fastest, with protection.</summary>
    public AlgorithmTimes Best => Times.MinBy(times => times.Sealed.Seconds)!;

    public AlgorithmTimes? Of(Algorithm algorithm) => Times.FirstOrDefault(times => times.Algorithm == algorithm);

    public double AlgbwGBps(SimulatedRun run) => Bytes / run.Seconds / BytesPerGigabyte;

    /// <summary>By which factor an algorithm is faster than the best of the others, with protection; null where it does not run.</summary>
    public double? Gain(Algorithm algorithm) =>
        Of(algorithm) is { } own && Times.Where(times => times != own).ToArray() is { Length: > 0 } others
            ? others.Min(times => times.Sealed.Seconds) / own.Sealed.Seconds
            : null;
}
