namespace SecureCollectives.Bench.Overlap;

/// <summary>Seconds of each step, by round; the time of the slowest worker.</summary>
/// <param name="Computing">Computation alone.</param>
/// <param name="Communicating">Communication alone.</param>
/// <param name="Apart">Computation followed by communication.</param>
/// <param name="Overlapped">Buckets are reduced while later ones are computed.</param>
/// <param name="Buckets">The number of buckets.</param>
internal sealed record OverlapResult(
    IReadOnlyList<double> Computing, IReadOnlyList<double> Communicating, IReadOnlyList<double> Apart, IReadOnlyList<double> Overlapped,
        int Buckets);
