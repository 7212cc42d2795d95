using System.IO.Pipelines;
using System.Text;
using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.CommandLine.Tests.Launch;

public sealed class LinePrefixerTests : IDisposable
{
    private readonly MemoryStream _sink = new();

    public void Dispose() => _sink.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData("a\n", "> a\n")]
    [InlineData("a", "> a\n")]
    [InlineData("a\n\nb", "> a\n> \n> b\n")]
    [InlineData("\n", "> \n")]
    [InlineData("é\r\n", "> é\r\n")]
    public async Task Pump_Text_PrefixesEachLine(string text, string expected) => Assert.Equal(expected, await PumpAsync(text));

    [Fact]
    public async Task Pump_LineInPieces_IsWrittenWhenComplete()
    {
        var pipe = new Pipe();
        var pumping = Prefixer().PumpAsync(pipe.Reader.AsStream(), CancellationToken.None);
        foreach (var piece in new[] { "on", "e\ntw", "o", "\n" })
        {
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(piece));
        }

        await pipe.Writer.CompleteAsync();
        await pumping.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("> one\n> two\n", Written());
    }

    [Theory]
    [InlineData(LinePrefixer.LongestLine - 1, 1)]
    [InlineData(LinePrefixer.LongestLine, 2)]
    [InlineData(LinePrefixer.LongestLine + 1, 2)]
    [InlineData(5 * LinePrefixer.LongestLine, 6)]
    public async Task Pump_OverlongLine_IsCut(int length, int lines)
    {
        var written = await PumpAsync(new string('x', length) + "\nnext\n");

        Assert.Equal(length, written.Count(character => character == 'x') - 1);
        Assert.Equal(lines + 1, written.Count(character => character == '\n'));
        Assert.EndsWith("> next\n", written);
    }

    [Fact]
    public async Task Pump_SourceNeverEnds_TokenEndsIt()
    {
        using var cancellation = new CancellationTokenSource();
        var pumping = Prefixer().PumpAsync(new Pipe().Reader.AsStream(), cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pumping.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private async Task<string> PumpAsync(string text)
    {
        await Prefixer().PumpAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), CancellationToken.None);
        return Written();
    }

    private LinePrefixer Prefixer() => new("> "u8.ToArray(), _sink, new Lock());

    private string Written() => Encoding.UTF8.GetString(_sink.ToArray());
}
