using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.Bench.Tests.Results;

namespace SecureCollectives.Bench.Tests.Rendering;

public sealed class TableTextTests
{
    private const int WidestTerminalLine = 160;

    public static TheoryData<string> Lines =>
        [.. TableText.Head, TableText.Line(TestRows.Plaintext), TableText.Line(TestRows.Aead), TableText.Line(Long), TableText.Line(Twin)];

    private static ResultRow Long => TestRows.Aead with
    {
        Congestion = "system",
        Bytes = 4L << 30,
        Suite = "chacha20-poly1305",
        Engine = "ipsec-mb 1.3 (VAES) +1000us",
        Protection = "tls+aead",
        TimeUs = new TimeSummary(1, 12345678, 1),
        CpuSecondsPerGB = 123.45,
        PenaltyPercent = new Overhead(-123.4, -123.4, 99.9),
    };

    private static ResultRow Twin => Long with { Setting = "chunk-bytes=1000000" };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Line_Any_IsAsWideAsTheHead(string line)
    {
        Assert.Equal(TableText.Width, line.Length);
        Assert.True(line.Length <= WidestTerminalLine);
    }

    [Fact]
    public void Line_Setting_StandsInPlaceOfWhatLinesShare() =>
        Assert.Equal(["4294967296", "chunk-bytes=1000000", "tcp,system"],
            TableText.Line(Twin).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3));

    /// <summary>What a setting changes is no cost of protection.</summary>
    [Fact]
    public void Sentences_Twins_AreLeftOut()
    {
        ResultRow[] twins = [.. new[] { TestRows.Plaintext, TestRows.Aead }.Select(
            row => row with { Setting = "lanes=2", AlgbwGBps = 99, PenaltyPercent = new Overhead(1, 1, 1) })];
        var output = new StringWriter();
        var console = new BenchConsole(output, isTerminal: false);
        foreach (var row in (ResultRow[])[.. twins, TestRows.Plaintext, TestRows.Aead])
        {
            console.Take(new RowMeasured(row));
        }

        var table = output.ToString().Length;
        console.WriteSummary();

        Assert.Equal(
            OverheadSummary.Sentences([TestRows.Plaintext, TestRows.Aead]),
                OverheadSummary.Sentences([.. twins, TestRows.Plaintext, TestRows.Aead]));
        Assert.Contains("57.5 % [32.1, 67.7]", output.ToString()[table..]);
        Assert.DoesNotContain("1.0 % [1.0, 1.0]", output.ToString()[table..]);
    }

    [Fact]
    public void Line_Columns_StayApart() =>
        Assert.Equal(["4294967296", "1073741824", "float", "sum", "tcp,system", "tls+aead", "chacha20-poly1305", "ipsec-mb", "+1000us",
            "12345678", "0.596", "0.894", "2", "123.45", "1.500", "-123.4", "[-123.4,", "99.9]"],
            TableText.Line(Long).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Console_Redirected_PrintsRowsThenThePriceInWords()
    {
        var output = new StringWriter();
        var console = new BenchConsole(output, isTerminal: false);
        console.Take(new NoteTaken("something to know"));
        console.Take(new RowMeasured(TestRows.Plaintext));
        console.Take(new RowMeasured(TestRows.Aead));
        var table = output.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd()).ToArray();
        console.Take(new RunCompleted(3 << 19, 2));
        console.WriteSummary();

        Assert.Equal("# something to know", table[0]);
        Assert.Equal("# allreduce", table[2]);
        Assert.Equal(TableText.Line(TestRows.Aead).TrimEnd(), table[^1]);
        Assert.Contains("allreduce of 64 KiB with aead aes-256-gcm (OpenSSL): 0.60 GB/s where plaintext moves 1.31; 2.20 times the time; "
            + "6.50 s of processor for a GB instead of 3.01.", output.ToString());
        Assert.Contains("57.5 % [32.1, 67.7] above", output.ToString());
        Assert.Contains("96.5 % of 15 rounds", output.ToString());
        Assert.Contains("# memory: 1.5 MiB at most above what the same worker had when it had just joined, with 2 communicators open",
            output.ToString());
        Assert.Contains("2 elements were WRONG.", output.ToString());
        Assert.DoesNotContain('\e', output.ToString());
    }

    [Fact]
    public void Console_Interrupted_SaysThatRowsAreMissing()
    {
        var output = new StringWriter();
        var console = new BenchConsole(output, isTerminal: false);
        console.Take(new RowMeasured(TestRows.Plaintext));
        console.WriteSummary();

        Assert.Contains("did not complete", output.ToString());
    }
}
