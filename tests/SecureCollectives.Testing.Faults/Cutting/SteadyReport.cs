using System.Globalization;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>What came of a run in which nothing broke.</summary>
/// <param name="Combination">Transport and protection.</param>
/// <param name="Length">How long it took.</param>
/// <param name="Operations">Collective calls of all ranks together.</param>
/// <param name="Replacements">Links that were replaced, counted at both ends.</param>
/// <param name="Renewals">How often all certificates were renewed.</param>
/// <param name="Durations">How long operations took, in ascending order.</param>
/// <param name="Complaints">What should not be.</param>
internal sealed record SteadyReport(
    string Combination,
    TimeSpan Length,
    int Operations,
    long Replacements,
    int Renewals,
    IReadOnlyList<TimeSpan> Durations,
    IReadOnlyList<string> Complaints)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Combination}: {Operations} operations in {Length.TotalSeconds:0} s "
        + $"(median {Durations[Durations.Count / 2].TotalSeconds:0.000} s, longest {Durations[^1].TotalSeconds:0.000} s), "
        + $"certificates renewed {Renewals} times, {Replacements} ends of links replaced")
        + string.Concat(Complaints.Select(complaint => $"\n       {complaint}"));
}
