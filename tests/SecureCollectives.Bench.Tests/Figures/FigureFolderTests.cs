using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Figures;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Tests.Compare;
using SecureCollectives.Bench.Tests.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Figures;

public sealed class FigureFolderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _run = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Complete_PartThatFails_StopsThereAndGoesOnThereTheNextTime()
    {
        var failing = Folder(failing: FigurePart.PacedFast.Name);

        var failure = await Assert.ThrowsAsync<CommandFailureException>(() => failing.CompleteAsync(new Fakes.NoProgress(), Token));

        Assert.Equal(ExitCode.Failed, failure.ExitCode);
        Assert.Contains(FigurePart.PacedFast.Command, failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            $"the completed parts are kept in {Path.Combine(_directory.Path, "figures")}.", failure.Message, StringComparison.Ordinal);
        Assert.Equal([FigurePart.Default.Name, FigurePart.TwoWorkers.Name, FigurePart.PacedFast.Name], _run);

        _run.Clear();
        await Folder().CompleteAsync(new Fakes.NoProgress(), Token);
        Assert.Equal(FigurePart.All.Skip(2).Select(part => part.Name), _run);

        _run.Clear();
        await Folder().CompleteAsync(new Fakes.NoProgress(), Token);
        Assert.Empty(_run);

        // This part was measured with a different command.
        File.WriteAllText(Path.Combine(_directory.Path, "figures", FigurePart.Ways.Name + ".command"), "--rounds 3");
        await Folder().CompleteAsync(new Fakes.NoProgress(), Token);
        Assert.Equal([FigurePart.Ways.Name], _run);
    }

    /// <summary>Reads reports back and makes the tables and the plot from them.</summary>
    [Fact]
    public async Task Reports_ReadBack_MakeTablesAndPlot()
    {
        var folder = Folder();
        await folder.CompleteAsync(new Fakes.NoProgress(), Token);

        var comparison = folder.Comparison(FigurePart.CompareTwo);
        Assert.Equal(
            "| `compare --world 2 --min-bytes 64K --rounds 12` | memory, plaintext | memory, aead | tcp, plaintext | tcp, aead "
                + "|\n|---|---|---|---|---|\n| AllReduce, 1 MiB |  |  |  | 2.00 [2.00, 2.00] |\n",
            CompareFigures.Table(FigurePart.CompareTwo, comparison));
        Assert.Equal("12 of 18 samples with the cores near.\n", CompareFigures.Counted(comparison));
        Assert.EndsWith("| AllReduce, 64 KiB | 57.5 % [32.1, 67.7] |\n", CostFigures.Overheads(folder.Cost(FigurePart.TwoWorkers)),
            StringComparison.Ordinal);
        Assert.EndsWith("| 4Gbit/s | AllReduce, 64 KiB | 1.311 GB/s | 0.596 GB/s | 57.5 % [32.1, 67.7] |\n",
            CostFigures.Paced(folder.Cost(FigurePart.PacedSlow)), StringComparison.Ordinal);
        Assert.EndsWith("| tcp | aead | 0.596 | 57.5 % [32.1, 67.7] |\n", CostFigures.Ways(folder.Cost(FigurePart.Ways)),
            StringComparison.Ordinal);
        Assert.EndsWith("| AllReduce, 64 KiB | 57.5 % [32.1, 67.7] |\n", CostFigures.Summary(folder.Cost(FigurePart.TwoWorkers)),
            StringComparison.Ordinal);
        Assert.EndsWith("| 1 MiB |  |  |  | 2.00 |\n", CompareFigures.Summary(comparison), StringComparison.Ordinal);
        var excerpt = CostFigures.Excerpt(folder.Cost(FigurePart.Default));
        Assert.Contains("# machine:", excerpt, StringComparison.Ordinal);
        Assert.Contains(SecureCollectives.Bench.Rendering.TableText.Full.Line(TestRows.Aead), excerpt, StringComparison.Ordinal);

        var plot = System.Xml.Linq.XDocument.Parse(System.Text.Encoding.UTF8.GetString(ThroughputPlot.Write(comparison, comparison)));
        Assert.Equal(2,
            plot.Descendants().Count(element => element.Name.LocalName == "polyline" && element.Attribute("stroke-dasharray") is null));
    }

    private FigureFolder Folder(string? failing = null) => new(Path.Combine(_directory.Path, "figures"), arguments =>
    {
        var part = FigurePart.All.Single(part => arguments.SkipLast(2).SequenceEqual(part.Arguments));
        _run.Add(part.Name);
        // An interrupted run writes a report, too.
        File.WriteAllBytes(arguments[^1], ReportOf(part));
        return Task.FromResult(part.Name == failing ? ExitCode.Failed : ExitCode.Success);
    });

    private static byte[] ReportOf(FigurePart part)
    {
        if (part.Arguments is not ["compare", ..])
        {
            var parameters = new RunParameters(2, 1, 1, ["allreduce"], 65536, 65536, 4, ["tcp"], ["plaintext", "aead"], ["automatic"],
                ["auto"], [], 15, "4Gbit", 1, false, null);
            return JsonReport.Of(MachineDescription.OfThisOne(), parameters, [TestRows.Plaintext, TestRows.Aead]).Write();
        }

        var contender = OwnContenders.All.Single(contender => contender.Key == "ours-tcp-aead");
        var results = new CompareResults([Fakes.FastPeer, contender], [Fakes.Cell]);
        for (var round = 0; round < 6; round++)
        {
            results.Add(round,
                [new CompareSample(Fakes.FastPeer.Key, Fakes.Cell, 20, 0), new CompareSample(contender.Key, Fakes.Cell, 10, 0)],
                    CoreState.Near);
            results.Add(round + 6, [new CompareSample(contender.Key, Fakes.Cell, 90, 0)], CoreState.Far);
        }

        return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
            CompareReport.Of(Fakes.Options(), [], results), CompareReportJson.Default.CompareReport);
    }
}
