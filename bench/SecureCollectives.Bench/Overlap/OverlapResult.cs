namespace SecureCollectives.Bench.Overlap;

/// <summary>Seconds of the steps, by round; each the time of the slowest worker.</summary>
/// <param name="Computing">Computation alone.</param>
/// <param name="Communicating">Communication alone.</param>
/// <param name="Apart">One after the other.</param>
/// <param name="Overlapped">With buckets that are reduced while others are computed.</param>
/// <param name="Buckets">How many there are.</param>
internal sealed record OverlapResult(
    IReadOnlyList<double> Computing, IReadOnlyList<double> Communicating, IReadOnlyList<double> Apart, IReadOnlyList<double> Overlapped,
        int Buckets);
