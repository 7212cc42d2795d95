using System.Globalization;

namespace SecureCollectives.Bench.Tests.World;

/// <summary>Runs the real program on a pseudo-terminal.</summary>
public sealed class BenchTerminalTests : IDisposable
{
    private const string Erase = "\e[K";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "secure-collectives-bench");

    private readonly TemporaryDirectory _runtimeDirectory = new();

    public void Dispose() => _runtimeDirectory.Dispose();

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public async Task Bench_Terminal_NoLineIsWiderAndNoProgressIsLeft(int width)
    {
        var lines = await OnTerminalAsync(width, "--world 2 --collectives allreduce --min-bytes 64K --max-bytes 64K --rounds 6");

        Assert.Contains(lines, line => line.StartsWith("# world: 2 worker processes", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" aead ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("How to read all this", StringComparison.Ordinal));
        Assert.Equal(width < 160, lines.Any(line => line.Contains("--wide shows", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, width));
        Assert.DoesNotContain(lines, line => line.Contains("starting the workers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80, "")]
    [InlineData(80, "simulate")]
    [InlineData(60, "compare")]
    public async Task Help_Terminal_NoLineIsWider(int width, string verb)
    {
        var lines = await OnTerminalAsync(width, $"{verb} --help");

        Assert.Contains(lines, line => line.StartsWith("Usage:", StringComparison.Ordinal));
        // Examples are meant to be copied, so they are not wrapped.
        Assert.All(lines.Where(line => !line.StartsWith("    secure-collectives-bench ", StringComparison.Ordinal)),
            line => Assert.InRange(line.TrimEnd().Length, 0, width));
    }

    /// <summary>Returns the final contents of the terminal, in which the text that follows an erased line replaces that line.</summary>
    private async Task<string[]> OnTerminalAsync(int width, string arguments)
    {
        using var script = ProgramProcess.Start(
            "/usr/bin/script",
            new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = _runtimeDirectory.Path, ["COLUMNS"] = null, ["TERM"] = "xterm" },
            "-qec", string.Create(CultureInfo.InvariantCulture, $"stty cols {width} rows 50; '{Program}' {arguments}"), "/dev/null");
        var (code, output, _) = await script.ExitAsync();

        Assert.Equal(0, code);
        // The reader ends a line at a carriage return, so the sequence that erases a line is at the beginning of the next one. .NET sets
        // keypad mode when it asks for the terminal's size.
        var lines = new List<string>();
        foreach (var line in output.Select(static line => line.Replace("\e[?1h\e=", "").Replace("\e[?1h", "")))
        {
            if (line.StartsWith(Erase, StringComparison.Ordinal) && lines.Count > 0)
            {
                lines[^1] = line[Erase.Length..];
            }
            else
            {
                lines.Add(line);
            }
        }

        Assert.All(lines, line => Assert.DoesNotContain('\e', line));
        return [.. lines];
    }
}
