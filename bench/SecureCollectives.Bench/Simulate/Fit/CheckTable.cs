using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>Formats the check of the model: measured and predicted times.</summary>
internal static class CheckTable
{
    private const double MicrosecondsPerSecond = 1e6;

    private static readonly TextColumns<CheckedTime> Columns = new(
    [
        ("world", "(ranks)", 8, check => check.Case.World.ToString(CultureInfo.InvariantCulture)),
        ("per host", "(ranks)", 9, check => check.Case.LocalWorldSize == 1
            ? "-" : check.Case.LocalWorldSize.ToString(CultureInfo.InvariantCulture)),
        ("size", "", 9, check => ByteSize.Describe(check.Case.Bytes)),
        ("algorithm", "", 20, check => check.Case.Algorithm.Title),
        ("protection", "", 12, check => check.Case.IsSealed ? Names.Aead : Names.Plaintext),
        ("measured", "(us)", 11, check => Number(check.MeasuredSeconds * MicrosecondsPerSecond)),
        ("predicted", "(us)", 11, check => Number(check.PredictedSeconds * MicrosecondsPerSecond)),
        ("error", "(%)", 9, check => check.ErrorPercent.ToString("+0.0;-0.0", CultureInfo.InvariantCulture)),
        ("used for", "", 10, check => check.IsFitted ? "fit" : "check"),
    ]);

    /// <summary>The titles of the columns, the most important first.</summary>
    private static readonly string[] Importance =
        ["world", "size", "algorithm", "protection", "error", "measured", "predicted", "used for", "per host"];

    /// <param name="checks">The measured and predicted times.</param>
    /// <param name="width">The maximum length of a line, in characters.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<CheckedTime> checks, int width = OutputWidth.Unlimited)
    {
        var columns = Columns.Within(width, Importance);
        if (columns.LeftOut(Columns) is { } leftOut)
        {
            yield return leftOut;
        }

        foreach (var line in columns.Head)
        {
            yield return line;
        }

        foreach (var check in checks)
        {
            yield return columns.Line(check);
        }

        yield return Sentence("the rows that were not used for the fit", [.. checks.Where(check => !check.IsFitted)]);
        yield return Sentence("the rows that were used for the fit", [.. checks.Where(check => check.IsFitted)]);
    }

    private static string Sentence(string what, IReadOnlyList<CheckedTime> checks)
    {
        var errors = checks.Select(check => Math.Abs(check.ErrorPercent)).ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"Error of {what}: median {OrderStatistics.Median(errors):0.0} %, largest {errors.Max():0.0} %.");
    }

    private static string Number(double value) => value.ToString(value < 1e5 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
