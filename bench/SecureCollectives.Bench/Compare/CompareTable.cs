using System.Globalization;
using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Compare;

/// <summary>The comparison for readers: a block for each collective and size, a line for each contender.</summary>
internal static class CompareTable
{
    private const int ContenderWidth = 46;

    public static void Write(TextWriter output, IReadOnlyList<CompareRow> rows, CompareOptions options)
    {
        foreach (var collective in rows.GroupBy(row => row.Cell.Collective))
        {
            output.WriteLine($"{TitleOf(collective.Key)} of float32, out of place, {options.World} ranks on this machine, over TCP");
            output.WriteLine(Line("size", "contender", "time us", "GB/s", "x better peer", "interval", "#wrong"));
            foreach (var cell in collective.GroupBy(row => row.Cell))
            {
                var size = ByteSize.Describe(cell.Key.Bytes);
                foreach (var row in cell)
                {
                    output.WriteLine(LineOf(row, size));
                    size = "";
                }
            }

            output.WriteLine();
        }

        output.WriteLine(rows.Any(row => row.BetterPeer is not null)
            ? "x better peer: how many times as fast as the better peer (*), which is plaintext; the median of the rounds' ratios, and an interval that covers it with 95 %."
            : "There is nobody to compare with: no peer was measured.");
        output.WriteLine("async: awaited, where the others keep the caller's thread. untuned: with the system's congestion control in place of the library's choice.");
    }

    private static string LineOf(CompareRow row, string size) => Line(
        size,
        row.Contender.Title + (row.IsBetterPeer ? " *" : ""),
        Fixed(row.MedianUs, "0.0"),
        row.Cell.IsLatency ? "" : Fixed(row.AlgbwGBps, "0.00"),
        row.RatioMedian is { } ratio && !row.IsBetterPeer ? Fixed(ratio, "0.00") : "",
        row.RatioInterval is { } interval && !row.IsBetterPeer ? $"{Fixed(interval.Low, "0.00")} to {Fixed(interval.High, "0.00")}" : "",
        row.Wrong.ToString(CultureInfo.InvariantCulture));

    private static string Line(string size, string contender, string time, string bandwidth, string ratio, string interval, string wrong) =>
        $"{size,9}  {contender.PadRight(ContenderWidth)}{time,12}{bandwidth,8}{ratio,15}{interval,16}{wrong,8}";

    private static string TitleOf(string collective) => collective == CompareCell.AllReduce ? "AllReduce (sum)" : "AllGather";

    private static string Fixed(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
