using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Rendering;

/// <summary>The columns of the table, with names and units as in nccl-tests.</summary>
internal static class TableText
{
    private const string NotKnown = "-";

    private static readonly (string Title, string Unit, int Width, Func<ResultRow, string> Value) Size = (
        "size", "(B)", 10, row => Number(row.Bytes));

    /// <summary>The columns that are the same in all lines of a size.</summary>
    private static readonly (string Title, string Unit, int Width, Func<ResultRow, string> Value)[] Shared =
    [
        ("count", "(elements)", 11, row => Number(Names.Collectives[row.Collective].InputCount(row.Bytes, row.WorldSize))),
        ("type", "", 6, row => row.Type),
        ("redop", "", 6, row => row.Op),
    ];

    private static readonly (string Title, string Unit, int Width, Func<ResultRow, string> Value)[] Own =
    [
        ("transport", "", 11, TransportOf),
        ("protection", "", 11, row => row.Protection),
        ("suite", "", 18, row => row.Suite ?? NotKnown),
        ("engine", "", 17, EngineOf),
        ("time", "(us)", 9, row => Number(row.TimeUs.Median, row.TimeUs.Median < 1e5 ? "0.0" : "0")),
        ("algbw", "(GB/s)", 7, row => Number(row.AlgbwGBps, "0.000")),
        ("busbw", "(GB/s)", 7, row => Number(row.BusbwGBps, "0.000")),
        ("#wrong", "", 7, row => Number(row.Wrong)),
        ("CPU", "(s/GB)", 8, row => Number(row.CpuSecondsPerGB, row.CpuSecondsPerGB < 1e4 ? "0.00" : "0")),
        ("wire", "(B/B)", 7, row => row.WireBytesPerUsefulByte is { } ratio ? Number(ratio, "0.000") : NotKnown),
        ("overhead", "(%)", 9, OverheadOf),
        ("interval", "(%)", 16, Interval),
    ];

    private static readonly (string Title, string Unit, int Width, Func<ResultRow, string> Value) Setting =
        ("setting", "", Shared.Sum(column => column.Width), row => row.Setting ?? NotKnown);

    /// <summary>The titles of the columns, the most important first.</summary>
    private static readonly string[] Importance =
    [
        "size", "protection", "overhead", "time", "setting", "transport", "suite", "busbw", "interval", "#wrong", "algbw", "CPU", "wire",
        "engine", "count", "type", "redop",
    ];

    /// <summary>The columns to the right of the engine: the measured figures.</summary>
    public static IReadOnlyList<(string Title, string Unit, Func<ResultRow, string> Value)> Figures { get; } =
        [.. Own.SkipWhile(column => column.Title != "time").Select(column => (column.Title, column.Unit, column.Value))];

    private static readonly TextColumns<ResultRow> Columns = new([Size, .. Shared, .. Own]);

    /// <summary>A twin's line shows the setting in place of the columns that it shares with the lines above.</summary>
    private static readonly TextColumns<ResultRow> TwinColumns = new([Size, Setting, .. Own]);

    /// <summary>All columns.</summary>
    public static TableLayout Full { get; } = new(Columns, TwinColumns, leftOut: null);

    /// <summary>Returns the columns that fit in a line.</summary>
    /// <param name="width">The maximum length of a line, in characters.</param>
    /// <param name="hasSettings">Whether the table has twins, whose changed setting must be visible.</param>
    public static TableLayout Within(int width, bool hasSettings)
    {
        if (Columns.Width <= width)
        {
            return Full;
        }

        var all = hasSettings ? TwinColumns : Columns;
        var fitting = all.Within(width, Importance);
        return new TableLayout(fitting, fitting, fitting.LeftOut(all));
    }

    /// <summary>Returns the interval of the overhead; empty if there are too few rounds for one.</summary>
    public static string Interval(ResultRow row) => row.PenaltyPercent is { Low: { } low, High: { } high }
        ? $"[{Percent(low)}, {Percent(high)}]"
        : "";

    public static string OverheadOf(ResultRow row) =>
        row.PenaltyPercent.Median is { } median ? Percent(median) : row.Protection == Names.Plaintext ? "baseline" : NotKnown;

    /// <summary>
    /// Returns the engine without its version, which is shown above the table: "ipsec-mb 1.3 (...) +500us" becomes "ipsec-mb +500us".
    /// </summary>
    public static string EngineOf(ResultRow row) =>
        row.Engine.Split(' ') is [var name, .., ['+', ..] delay] ? $"{name} {delay}" : row.Engine.Split(' ')[0];

    /// <summary>Returns the transport, followed by the congestion control if it is not the library's choice.</summary>
    public static string TransportOf(ResultRow row) =>
        row.Congestion == Names.SystemCongestion ? $"{row.Transport},{row.Congestion}" : row.Transport;

    /// <summary>Returns at most seven characters, unless the value is a million per cent or more, which no real overhead is.</summary>
    private static string Percent(double value) => Number(value, Math.Abs(value) < 999.95 ? "0.0" : "0");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
