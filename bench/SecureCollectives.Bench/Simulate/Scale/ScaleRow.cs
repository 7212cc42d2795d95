using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>The model's predictions for one cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Bytes">The simulated size: the requested one, or slightly more if it does not divide among the ranks.</param>
/// <param name="Times">The predictions, by algorithm, without algorithms that the library cannot be configured to use at this size.</param>
internal sealed record ScaleRow(ScaleCell Cell, long Bytes, IReadOnlyList<AlgorithmTimes> Times)
{
    private const double BytesPerGigabyte = 1e9;

    /// <summary>The algorithm that is fastest with protection.</summary>
    public AlgorithmTimes Best => Times.MinBy(times => times.Sealed.Seconds)!;

    public AlgorithmTimes? Of(Algorithm algorithm) => Times.FirstOrDefault(times => times.Algorithm == algorithm);

    public double AlgbwGBps(SimulatedRun run) => Bytes / run.Seconds / BytesPerGigabyte;

    /// <summary>
    /// Returns how many times as fast an algorithm is as the best of the others, with protection; null if it does not run.
    /// </summary>
    public double? Gain(Algorithm algorithm) =>
        Of(algorithm) is { } own && Times.Where(times => times != own).ToArray() is { Length: > 0 } others
            ? others.Min(times => times.Sealed.Seconds) / own.Sealed.Seconds
            : null;
}
