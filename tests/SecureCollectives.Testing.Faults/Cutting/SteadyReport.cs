using System.Globalization;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>The results of a run in which no link broke.</summary>
/// <param name="Combination">Transport and protection.</param>
/// <param name="Length">The duration of the run.</param>
/// <param name="Operations">Collective calls; a call of all ranks counts once.</param>
/// <param name="Replacements">Replaced links, counted at both ends.</param>
/// <param name="Renewals">How many times all certificates were renewed.</param>
/// <param name="Durations">Durations of operations, in ascending order.</param>
/// <param name="Complaints">What went wrong.</param>
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
        + $"certificates renewed {Renewals} times, {Replacements} link ends replaced")
        + string.Concat(Complaints.Select(complaint => $"\n       {complaint}"));
}
