using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.Bench.Tests.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Rendering;

public sealed class TableTextTests
{
    private static readonly string[] Identity = ["size", "transport", "protection", "suite"];

    private const int WidestTerminalLine = 160;

    public static TheoryData<string> Lines =>
    [
        .. TableText.Full.Head,
        .. ((ResultRow[])[TestRows.Plaintext, TestRows.Aead, Long, Twin]).Select(TableText.Full.Line),
    ];

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
        Assert.Equal(TableText.Full.Width, line.Length);
        Assert.True(line.Length <= WidestTerminalLine);
    }

    [Fact]
    public void Line_Setting_StandsInPlaceOfWhatLinesShare() =>
        Assert.Equal(["4294967296", "chunk-bytes=1000000", "tcp,system"],
            TableText.Full.Line(Twin).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3));

    /// <summary>The effect of a setting is not a cost of protection.</summary>
    [Fact]
    public void Sentences_Twins_AreLeftOut()
    {
        ResultRow[] twins = [.. new[] { TestRows.Plaintext, TestRows.Aead }.Select(
            row => row with { Setting = "lanes=2", AlgbwGBps = 99, PenaltyPercent = new Overhead(1, 1, 1) })];
        var output = new StringWriter();
        var console = Console(output);
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
            TableText.Full.Line(Long).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Covers every width from the narrowest terminals to the full width of the table.</summary>
    [Fact]
    public void Within_AnyWidth_LinesFitAndColumnsStayApart()
    {
        foreach (var width in Enumerable.Range(40, 130))
        {
            foreach (var hasSettings in (bool[])[false, true])
            {
                var layout = TableText.Within(width, hasSettings);
                string[] lines = [.. layout.Head, layout.Line(Long), layout.Line(TestRows.Plaintext)];
                Assert.All(lines, line => Assert.Equal(layout.Width, line.Length));
                Assert.InRange(layout.Width, 1, width);
                Assert.Equal(CellsOf(layout.Head[0]), CellsOf(layout.Line(Long)));
            }
        }
    }

    [Theory]
    [InlineData(80, "size transport protection suite time busbw overhead")]
    [InlineData(120, "size transport protection suite time algbw busbw #wrong CPU wire overhead interval")]
    [InlineData(200, "size count type redop transport protection suite engine time algbw busbw #wrong CPU wire overhead interval")]
    public void Within_UsualWidths_KeepsWhatMattersMost(int width, string titles)
    {
        var layout = TableText.Within(width, hasSettings: false);

        Assert.Equal(titles, string.Join(' ', Words(layout.Head[0])));
        Assert.Equal(width < 160, layout.LeftOut?.Contains("--wide shows them", StringComparison.Ordinal) ?? false);
        Assert.All(Identity, title => Assert.Contains(title, layout.Head[0]));
    }

    [Fact]
    public void Within_Settings_TellsTheSettingOfEachLine() =>
        Assert.Contains(" chunk-bytes=1000000 ", TableText.Within(80, hasSettings: true).Line(Twin));

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public void Console_Terminal_NoLineIsWiderAndNoVariantIsMissing(int width)
    {
        var output = new StringWriter();
        var console = new BenchConsole(output, width, new Progress());
        (string Protection, string? Suite, string Engine)[] variants =
        [
            ("tls", null, "SslStream (OpenSSL 3.0)"), ("aead", "chacha20-poly1305", "OpenSSL"), ("aead", "aegis-128l", "libsodium"),
            ("tls+aead", "chacha20-poly1305", "OpenSSL"), ("tls+aead", "aegis-128l", "libsodium"),
        ];
        console.Take(new NoteTaken(string.Join(' ', Enumerable.Repeat("something to know", 20))));
        console.Take(new RowMeasured(TestRows.Plaintext));
        foreach (var (protection, suite, engine) in variants)
        {
            console.Take(new RowMeasured(TestRows.Aead with { Protection = protection, Suite = suite, Engine = engine }));
        }

        console.Take(new RunCompleted(3 << 19, 2));
        console.WriteSummary();
        var lines = output.ToString().Split('\n');

        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, width));
        Assert.Equal(variants.Length, lines.Sum(line => line.Split("57.5 % [32.1, 67.7] above").Length - 1));
        Assert.DoesNotContain('\e', output.ToString());
    }

    [Fact]
    public void Console_Redirected_PrintsRowsThenThePriceInWords()
    {
        var output = new StringWriter();
        var console = Console(output);
        console.Take(new NoteTaken("something to know"));
        console.Take(new RowMeasured(TestRows.Plaintext));
        console.Take(new RowMeasured(TestRows.Aead));
        var table = output.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd()).ToArray();
        console.Take(new RunCompleted(3 << 19, 2));
        console.WriteSummary();

        Assert.Equal("# something to know", table[0]);
        Assert.Equal("# allreduce", table[2]);
        Assert.Equal(TableText.Full.Line(TestRows.Aead).TrimEnd(), table[^1]);
        Assert.Contains("allreduce of 64 KiB with aead aes-256-gcm (OpenSSL): 0.60 GB/s, plaintext 1.31 GB/s; 2.20 times as long; "
            + "6.50 s of processor time per GB instead of 3.01.", output.ToString());
        Assert.Contains("57.5 % [32.1, 67.7] above", output.ToString());
        Assert.Contains("96.5 % from 15 rounds", output.ToString());
        Assert.Contains("# memory: at most 1.5 MiB more than the same worker had right after joining, with 2 communicators open",
            output.ToString());
        Assert.Contains("2 elements were WRONG.", output.ToString());
        Assert.DoesNotContain('\e', output.ToString());
    }

    [Fact]
    public void Console_Interrupted_SaysThatRowsAreMissing()
    {
        var output = new StringWriter();
        var console = Console(output);
        console.Take(new RowMeasured(TestRows.Plaintext));
        console.WriteSummary();

        Assert.Contains("did not complete", output.ToString());
    }

    private static BenchConsole Console(TextWriter output) => new(output, OutputWidth.Unlimited, new Progress());

    /// <summary>
    /// Returns the number of cells. An interval and an engine with a delay are two words each, and the header begins with a #.
    /// </summary>
    private static int CellsOf(string line) => Words(line).Count(word => word != "+1000us" && !word.EndsWith(','));

    private static string[] Words(string line) => line[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private sealed class Progress : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}
