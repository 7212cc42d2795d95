using System.Diagnostics;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Results;

public sealed class ReportFileTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void Write_Content_AppearsWholeUnderItsNameAlone()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("report");
        File.WriteAllText(path, "the last run");
        using (var file = ReportFile.Open(path, "--json")!)
        {
            Assert.Equal("the last run", File.ReadAllText(path));
            file.Write("this run"u8);
        }

        Assert.Equal("this run", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(directory.Path));
    }

    [Fact]
    public void Dispose_NothingWritten_LeavesWhatWasThere()
    {
        using var directory = new TemporaryDirectory();
        ReportFile.Open(directory.Combine("report"), "--json")!.Dispose();

        Assert.True(directory.IsEmpty);
    }

    [Fact]
    public void Open_Directory_SaysSoBeforeTheRun()
    {
        using var directory = new TemporaryDirectory();
        var failure = Assert.Throws<CommandFailureException>(() => ReportFile.Open(directory.Path, "--csv"));

        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains("--csv", failure.Message);
    }

    [Fact]
    public void Open_NoPath_IsNoFile() => Assert.Null(ReportFile.Open(null, "--json"));

    /// <summary>A device or pipe must not be replaced by a file.</summary>
    [Fact]
    public async Task Write_Pipe_GoesIntoIt()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("pipe");
        using (var maker = Process.Start("mkfifo", path))
        {
            await maker.WaitForExitAsync().WaitAsync(Limit);
        }

        var reading = Task.Run(() => File.ReadAllText(path));
        await Task.Run(() =>
        {
            using var file = ReportFile.Open(path, "--json")!;
            file.Write("into the pipe"u8);
        }).WaitAsync(Limit);

        Assert.Equal("into the pipe", await reading.WaitAsync(Limit));
        Assert.True(FileKind.IsSpecial(path));
        Assert.Single(Directory.GetFiles(directory.Path));
    }

    [Fact]
    public void Write_Link_ReplacesWhatItPointsTo()
    {
        using var directory = new TemporaryDirectory();
        var (path, link) = (directory.Combine("report"), directory.Combine("link"));
        File.WriteAllText(path, "the last run");
        File.CreateSymbolicLink(link, path);
        using (var file = ReportFile.Open(link, "--json")!)
        {
            file.Write("this run"u8);
        }

        Assert.Equal("this run", File.ReadAllText(path));
        Assert.Equal(path, File.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName);
    }

    [Theory]
    [InlineData("/dev/null", true)]
    [InlineData("/proc/self/status", false)]
    [InlineData("/proc", true)]
    [InlineData("/no/such/file", false)]
    public void IsSpecial_Path_IsEverythingButAPlainFile(string path, bool expected) => Assert.Equal(expected, FileKind.IsSpecial(path));
}
