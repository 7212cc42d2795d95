using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>Formats the simulated clusters: a block for each network.</summary>
internal static class ScaleTable
{
    private const string NotUsed = "-";
    private const double MillisecondsPerSecond = 1e3;

    private static readonly TextColumns<ScaleRow> Columns = new(
    [
        ("world", "(ranks)", 8, row => row.Cell.World.ToString(CultureInfo.InvariantCulture)),
        ("size", "", 9, row => ByteSize.Describe(row.Cell.Bytes)),
        .. Algorithm.All.SelectMany(ColumnsOf),
        ("fastest", "(aead)", 20, row => row.Best.Algorithm.Title),
    ]);

    /// <summary>The titles of the columns, the most important first.</summary>
    private static readonly string[] Importance = ["world", "size", "aead", "overhead", "fastest", "algbw", "plain"];

    public static int Width => Columns.Width;

    /// <param name="rows">The simulated rows.</param>
    /// <param name="options">The options of the simulation.</param>
    /// <param name="width">The maximum length of a line of the tables, in characters. The text above and below them is not wrapped.</param>
    public static IEnumerable<string> Lines(
        IReadOnlyList<ScaleRow> rows, SimulateOptions options, int width = OutputWidth.Unlimited)
    {
        var columns = Columns.Within(width, Importance);
        if (columns.LeftOut(Columns) is { } leftOut)
        {
            yield return leftOut;
        }

        foreach (var network in rows.GroupBy(row => row.Cell.BitsPerSecond))
        {
            yield return "";
            yield return $"# AllReduce (sum) of float32 on hosts of {options.LocalWorldSize} ranks, each with {options.Cores}, "
                + $"{BitRate.Describe(network.Key)}/s for each host, {options.LatencyMicroseconds} us one way";
            yield return TitlesAbove(columns);
            foreach (var line in columns.Head)
            {
                yield return line;
            }

            foreach (var row in network)
            {
                yield return columns.Line(row);
            }
        }

        yield return $"# By default the library uses recursive doubling up to {ByteSize.Describe(new CommunicatorOptions().SmallBytes)} "
            + $"(SmallBytes), which can be set up to {ByteSize.Describe(CommunicatorOptions.MaxSmallBytes)}.";
    }

    /// <summary>Returns the line with the names of the algorithms, each above its columns.</summary>
    private static string TitlesAbove(TextColumns<ScaleRow> columns) =>
        "#" + new string(' ', 16) + string.Concat(Algorithm.All.Select(algorithm => algorithm.Title.PadLeft(
            ColumnsOf(algorithm).Where(column => columns.Titles.Contains(column.Title)).Sum(column => column.Width))));

    private static (string Title, string Unit, int Width, Func<ScaleRow, string> Value)[] ColumnsOf(Algorithm algorithm) =>
    [
        ("plain", "(ms)", 11, row => Of(row, algorithm, times => Number(times.Plain.Seconds * MillisecondsPerSecond))),
        ("aead", "(ms)", 10, row => Of(row, algorithm, times => Number(times.Sealed.Seconds * MillisecondsPerSecond))),
        ("algbw", "(GB/s)", 8, row => Of(row, algorithm, times => Number(row.AlgbwGBps(times.Sealed)))),
        ("overhead", "(%)", 9, row => Of(row, algorithm, times => times.OverheadPercent.ToString("0.0", CultureInfo.InvariantCulture))),
    ];

    private static string Of(ScaleRow row, Algorithm algorithm, Func<AlgorithmTimes, string> value) =>
        row.Of(algorithm) is { } times ? value(times) : NotUsed;

    /// <summary>Formats a number with four digits, or with all digits before the decimal point.</summary>
    private static string Number(double value) =>
        value.ToString(value >= 1000 ? "0" : value >= 100 ? "0.0" : value >= 10 ? "0.00" : "0.000", CultureInfo.InvariantCulture);
}
