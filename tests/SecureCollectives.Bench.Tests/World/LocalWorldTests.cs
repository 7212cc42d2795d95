using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Tests.Results;

namespace SecureCollectives.Bench.Tests.World;

/// <summary>Runs the real program with real workers. However it ends, it must leave nothing behind.</summary>
public sealed class LocalWorldTests : IDisposable
{
    private const string Program = "secure-collectives-bench";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _files = new();
    private readonly TemporaryDirectory _runtimeDirectory = new();

    public void Dispose()
    {
        Assert.True(_runtimeDirectory.IsEmpty, "The workers' keys were left behind.");
        _runtimeDirectory.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Bench_PlantedWrongElement_IsCountedInPlaintextAloneAndIsAFailure()
    {
        var json = _files.Combine("report.json");
        using var bench = Start("--plant-wrong", "--rounds", "6", "--max-bytes", "64K", "--json", json);
        var (code, output, _) = await bench.ExitAsync();

        Assert.Equal(3, code);
        using var report = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        ReportSchema.Check(report.RootElement);
        var rows = report.RootElement.GetProperty("rows").EnumerateArray().ToArray();

        // Both collectives, over memory and TCP: plaintext, TLS, and sealed frames with and without TLS, with each suite.
        var suite = Names.Suites.NameOf((CipherSuite)AutomaticSuite.OfThisMachine);
        string[] suites = [.. new[] { suite, Names.Aes256Gcm }.Distinct()];
        Assert.Equal(2 * 2 * (2 + (2 * suites.Length)), rows.Length);
        Assert.All(rows, row => Assert.Equal(row.GetProperty("transport").GetString(), row.GetProperty("medium").GetString()));
        Assert.All(rows,
            row => Assert.Equal(row.GetProperty("protection").GetString() == "plaintext" ? 1 : 0, row.GetProperty("wrong").GetInt64()));
        Assert.All(rows, row => Assert.Equal(
            row.GetProperty("protection").GetString() == "plaintext",
                row.GetProperty("penaltyPercent").GetProperty("median").ValueKind == JsonValueKind.Null));
        Assert.All(rows, row => Assert.Contains(
            row.GetProperty("suite").GetString()
                ?? string.Empty, row.GetProperty("protection").GetString()!.EndsWith("aead", StringComparison.Ordinal)
                    ? suites : [string.Empty]));
        Assert.Equal(suites,
            report.RootElement.GetProperty("parameters").GetProperty("suites").EnumerateArray().Select(name => name.GetString()));
        Assert.Contains(output,
            line => line.Contains(" aead ", StringComparison.Ordinal) && line.Contains($" {suite} ", StringComparison.Ordinal));
        Assert.InRange(report.RootElement.GetProperty("parameters").GetProperty("memoryAboveJoinBytes").GetInt64(), 1, 64 << 20);
        Assert.Contains(output, line => line.StartsWith("# memory: ", StringComparison.Ordinal));
        Assert.Contains("4 elements were WRONG.", output);
    }

    [Fact]
    public async Task Bench_Interrupted_PrintsAndWritesTheRowsSoFar()
    {
        var interruptible = !ProgramProcess.InterruptIsIgnored;
        var (json, csv) = (_files.Combine("report.json"), _files.Combine("report.csv"));
        using var bench = Start("--rounds", "6", "--max-bytes", "1G", "--json", json, "--csv", csv);
        await bench.LinesAsync(1, line => line.Contains(" aead ", StringComparison.Ordinal));
        var signal = interruptible ? ProgramProcess.Sigint : ProgramProcess.Sigterm;
        bench.Signal(signal);
        var (code, output, _) = await bench.ExitAsync();

        Assert.Equal(128 + signal, code);
        using var report = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        ReportSchema.Check(report.RootElement);
        Assert.False(report.RootElement.GetProperty("parameters").GetProperty("completed").GetBoolean());
        Assert.Equal(JsonValueKind.Null, report.RootElement.GetProperty("parameters").GetProperty("memoryAboveJoinBytes").ValueKind);
        var rows = report.RootElement.GetProperty("rows").GetArrayLength();
        Assert.True(rows >= 2);
        Assert.Equal(rows + 1, (await File.ReadAllLinesAsync(csv)).Length);
        Assert.Contains("The run did not complete; these are the rows so far.", output);
        Assert.Equal(2, Directory.GetFiles(_files.Path).Length);
    }

    [Fact]
    public async Task Bench_ParentKilled_LeavesNoWorker()
    {
        using var bench = Start("--rounds", "1000", "--max-bytes", "64K");
        await bench.LinesAsync(1, line => line.StartsWith("# world", StringComparison.Ordinal));
        var workers = WorkersOf(bench.Id);
        Assert.Equal(2, workers.Length);
        bench.Signal(ProgramProcess.Sigkill);

        using var limit = new CancellationTokenSource(Limit);
        foreach (var worker in workers)
        {
            await worker.WaitForExitAsync(limit.Token);
            worker.Dispose();
        }
    }

    [Fact]
    public async Task Worker_AloneInTheWorld_SaysWhatItNeeds()
    {
        using var worker = ProgramProcess.Start(
            Program, new Dictionary<string, string?> { ["RANK"] = "0", ["WORLD_SIZE"] = "1" }, "worker");
        var (code, output, error) = await worker.ExitAsync();

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("WORLD_SIZE must be 2 or more", Assert.Single(error));
    }

    private static Process[] WorkersOf(int parent) =>
    [
        .. from path in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(path)
           where int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
           let id = int.Parse(name, CultureInfo.InvariantCulture)
           where SecureCollectives.CommandLine.Launch.ProcessTree.ParentOf(id) == parent
           select Process.GetProcessById(id),
    ];

    private ProgramProcess Start(params string[] arguments) =>
        ProgramProcess.Start(Program, _runtimeDirectory, ["--world", "2", "--min-bytes", "64K", .. arguments]);
}
