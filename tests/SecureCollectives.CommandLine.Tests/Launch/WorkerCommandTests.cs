using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.CommandLine.Tests.Launch;

public sealed class WorkerCommandTests
{
    private static readonly WorkerCommand Own = new("/opt/secure-collectives", []);
    private static readonly string[] Verbs = ["pki", "launch", "train"];

    [Fact]
    public void Resolve_OwnVerb_RunsThisProgram()
    {
        var command = WorkerCommand.Resolve(["train", "--epochs", "3"], Verbs, Own, "/bin");

        Assert.Equal("/opt/secure-collectives", command.FileName);
        Assert.Equal(["train", "--epochs", "3"], command.Arguments);
    }

    [Fact]
    public void Resolve_OwnVerbUnderDotnet_RunsTheSameAssembly()
    {
        var own = WorkerCommand.OwnProgram("/usr/bin/dotnet", "/opt/secure-collectives.dll");
        var command = WorkerCommand.Resolve(["train"], Verbs, own, "/bin");

        Assert.Equal("/usr/bin/dotnet", command.FileName);
        Assert.Equal(["/opt/secure-collectives.dll", "train"], command.Arguments);
    }

    [Fact]
    public void OwnProgram_OwnExecutable_HasNoArguments()
    {
        var own = WorkerCommand.OwnProgram("/opt/secure-collectives", "/opt/secure-collectives.dll");

        Assert.Equal("/opt/secure-collectives", own.FileName);
        Assert.Empty(own.Arguments);
    }

    [Fact]
    public void Resolve_NameOnPath_TakesTheFirstExecutable()
    {
        using var first = new TemporaryDirectory();
        using var second = new TemporaryDirectory();
        File.WriteAllText(first.Combine("tool"), "not executable");
        File.WriteAllText(second.Combine("tool"), "");
        File.SetUnixFileMode(second.Combine("tool"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var command = WorkerCommand.Resolve(["tool", "argument"], Verbs, Own, $"{first.Path}:{second.Path}");

        Assert.Equal(second.Combine("tool"), command.FileName);
        Assert.Equal(["argument"], command.Arguments);
    }

    [Theory]
    [InlineData("tool")]
    [InlineData("/no/such/tool")]
    [InlineData("/tmp")]
    public void Resolve_NothingExecutable_NamesTheVerbs(string name)
    {
        var failure = Assert.Throws<CommandFailureException>(() => WorkerCommand.Resolve([name], Verbs, Own, searchPath: null));

        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains("pki, launch, train", failure.Message);
    }
}
