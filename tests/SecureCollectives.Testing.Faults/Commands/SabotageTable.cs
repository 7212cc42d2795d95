using System.Globalization;
using System.Text;
using SecureCollectives.CommandLine;
using SecureCollectives.Testing.Faults.Cutting;

namespace SecureCollectives.Testing.Faults.Commands;

/// <summary>Prints the reports of jobs under sabotage.</summary>
internal static class SabotageTable
{
    private static readonly CompositeFormat Columns = CompositeFormat.Parse(
        "{0,-16} {1,7} {2,7} {3,7} {4,9} {5,6} {6,9} {7,9} {8,9} {9,9}");

    /// <param name="faults">The kind of fault, in one word.</param>
    /// <param name="reports">The reports, one per row.</param>
    /// <returns>The exit code.</returns>
    public static int Print(string faults, IReadOnlyList<SabotageReport> reports)
    {
        Row(["", faults, "healed", "failed", "unnoticed", "calls", "median", "longest", "median", "longest"]);
        Row(["", "", "ends", "by name", "", "", "calm", "calm", "struck", "struck"]);
        foreach (var report in reports)
        {
            Row(
            [
                report.Combination, report.Faults, report.Heals, report.Failed, report.Unnoticed, report.Operations,
                Median(report.Calm), Longest(report.Calm), Median(report.Struck), Longest(report.Struck),
            ]);
        }

        foreach (var report in reports.Where(report => report.Before is not null))
        {
            Console.WriteLine($"{report.Combination}: the workers held {report.Before} after warm-up and {report.After} at the end");
        }

        var complaints = reports.SelectMany(report => report.Complaints.Select(complaint => $"{report.Combination}: {complaint}"))
            .ToArray();
        Array.ForEach(complaints, Console.WriteLine);
        Console.WriteLine(complaints.Length == 0
            ? "Every result equals that of a run without faults." : $"FAILED: {complaints.Length} complaints.");
        return complaints.Length == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Row(object?[] cells) =>
        Console.WriteLine(string.Format(CultureInfo.InvariantCulture, Columns, (ReadOnlySpan<object?>)cells).TrimEnd());

    private static string Median(IReadOnlyList<TimeSpan> times) => times.Count == 0 ? "-" : Seconds(times[times.Count / 2]);

    private static string Longest(IReadOnlyList<TimeSpan> times) => times.Count == 0 ? "-" : Seconds(times[^1]);

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.000} s");
}
