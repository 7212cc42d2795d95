using System.Text.Json;
using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class CompareRunTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task Run_NothingInstalled_ComparesWithWhatThereIsAndSaysWhatToInstall()
    {
        var code = await RunAsync(new Fakes.Pass(Fakes.Ours, _ => new CompareSample(Fakes.Ours.Key, Fakes.Cell, 10, 0)));

        Assert.Equal(0, code);
        Assert.Contains("Ours", _output.ToString(), StringComparison.Ordinal);
        var said = _error.ToString();
        Assert.Contains("Open MPI is not compared: make, g++, mpicxx, mpirun are not on PATH.", said, StringComparison.Ordinal);
        Assert.Contains("apt-get install openmpi-bin libopenmpi-dev g++ make", said, StringComparison.Ordinal);
        Assert.Contains("Gloo is not compared: make, g++ are not on PATH.", said, StringComparison.Ordinal);
        Assert.Contains("apt-get install libgloo-dev g++ make", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WrongElements_EndsWithThree()
    {
        var code = await RunAsync(new Fakes.Pass(Fakes.Ours, _ => new CompareSample(Fakes.Ours.Key, Fakes.Cell, 10, Wrong: 5)));

        Assert.Equal(3, code);
        Assert.Contains("15 elements of results were wrong:", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("of ours in allreduce of 1048576 bytes", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ContenderFailed_EndsWithThreeAndSaysWhy()
    {
        var code = await RunAsync(
            new Fakes.Pass(Fakes.Ours, _ => throw new ContenderFailedException("its workers ended with exit code 9")));

        Assert.Equal(3, code);
        Assert.Contains("Ours failed in round 1", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Json_HasSamplesParametersAndWhatIsMissing()
    {
        var path = Path.Combine(_directory.Path, "compare.json");
        using (var json = ReportFile.Open(path, "--json"))
        {
            await RunAsync(new Fakes.Pass(Fakes.Ours, round => new CompareSample(Fakes.Ours.Key, Fakes.Cell, 10 + round, 0)), json);
        }

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        var root = report.RootElement;
        Assert.Equal(2, root.GetProperty("schema").GetInt32());
        Assert.Equal(2, root.GetProperty("parameters").GetProperty("worldSize").GetInt32());
        Assert.Equal(["allreduce", "allgather"],
            root.GetProperty("parameters").GetProperty("collectives").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["Open MPI", "Gloo"],
            root.GetProperty("missing").EnumerateArray().Select(peer => peer.GetProperty("peer").GetString()));
        var rows = root.GetProperty("rows").EnumerateArray().ToArray();
        // On a machine with two processors, rounds may be near or far, which makes two rows.
        Assert.InRange(rows.Length, 1, 2);
        var row = rows[0];
        Assert.Equal(("ours", "tcp"), (row.GetProperty("contender").GetString(), row.GetProperty("medium").GetString()));
        Assert.Equal([10.0, 11, 12],
            rows.SelectMany(part => part.GetProperty("samplesUs").EnumerateArray()).Select(sample => sample.GetDouble()).Order());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("sameMedium").ValueKind);
    }

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private Task<int> RunAsync(IContenderPass own, ReportFile? json = null)
    {
        var build = new PeerBuild(_directory.Path, searchPath: _directory.Path);
        var run = new CompareRun(Fakes.Options(rounds: 3), build, [own], _output, _error, new Fakes.NoProgress());
        return run.RunAsync(json, TestContext.Current.CancellationToken);
    }
}
