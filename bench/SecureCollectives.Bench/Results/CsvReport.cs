using System.Globalization;
using System.Text;

namespace SecureCollectives.Bench.Results;

/// <summary>The report as CSV: a line of names, then one line per row. Unknown values are empty. Only the JSON has the samples.</summary>
internal static class CsvReport
{
    private static readonly (string Name, Func<ResultRow, object?> Value)[] Columns =
    [
        ("collective", row => row.Collective),
        ("transport", row => row.Transport),
        ("medium", row => row.Medium),
        ("congestion", row => row.Congestion),
        ("setting", row => row.Setting),
        ("protection", row => row.Protection),
        ("suite", row => row.Suite),
        ("engine", row => row.Engine),
        ("worldSize", row => row.WorldSize),
        ("bytes", row => row.Bytes),
        ("type", row => row.Type),
        ("op", row => row.Op),
        ("rounds", row => row.Rounds),
        ("leftOutRounds", row => row.LeftOutRounds),
        ("timeUsMin", row => row.TimeUs.Min),
        ("timeUsMedian", row => row.TimeUs.Median),
        ("timeUsP99", row => row.TimeUs.P99),
        ("algbwGBps", row => row.AlgbwGBps),
        ("busbwGBps", row => row.BusbwGBps),
        ("wrong", row => row.Wrong),
        ("cpuSecondsPerGB", row => row.CpuSecondsPerGB),
        ("pollSecondsPerGB", row => row.PollSecondsPerGB),
        ("wireBytesPerUsefulByte", row => row.WireBytesPerUsefulByte),
        ("penaltyPercentMedian", row => row.PenaltyPercent.Median),
        ("penaltyPercentLow", row => row.PenaltyPercent.Low),
        ("penaltyPercentHigh", row => row.PenaltyPercent.High),
    ];

    /// <summary>No value contains a comma, a quote or a line break, so none needs quoting.</summary>
    public static byte[] Write(IReadOnlyList<ResultRow> rows)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(column => column.Name)).Append('\n');
        foreach (var row in rows)
        {
            text.AppendJoin(',', Columns.Select(column => Convert.ToString(column.Value(row), CultureInfo.InvariantCulture))).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
