using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Results;

public sealed class ReportFileTests
{
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
    public void Write_NoPlainFile_IsWrittenAsItIs()
    {
        using (var file = ReportFile.Open("/dev/null", "--json")!)
            file.Write("gone"u8);

        Assert.False(File.GetAttributes("/dev/null").HasFlag(FileAttributes.Archive));
        Assert.Equal("", File.ReadAllText("/dev/null"));
    }
}
