using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SecureCollectives.Cli.Launch;
using SecureCollectives.CommandLine;
using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.Cli.Tests.Launch;

public sealed class LaunchCommandTests
{
    [Theory]
    [InlineData("--workers", "launch")]
    [InlineData("No command", "launch", "--workers", "2")]
    [InlineData("No command", "launch", "--workers", "2", "--")]
    [InlineData("from 1 to 1024", "launch", "--workers", "0", "--", "true")]
    [InlineData("from 1 to 1024", "launch", "--workers", "-1", "--", "true")]
    [InlineData("'four'", "launch", "--workers", "four", "--", "true")]
    [InlineData("'70000'", "launch", "--workers", "2", "--port", "70000", "--", "true")]
    [InlineData("--job", "launch", "--workers", "2", "--job", "Not/Valid", "--", "true")]
    [InlineData("'--unknown'", "launch", "--workers", "2", "--unknown", "--", "true")]
    [InlineData("on PATH", "launch", "--workers", "2", "--", "no-such-program-anywhere")]
    [InlineData("'./no-such-file'", "launch", "--workers", "2", "--", "./no-such-file")]
    public async Task Launch_InvalidArguments_FailsWithOneLineThatNamesThem(string expected, params string[] arguments)
    {
        var (code, error) = await RunAsync(arguments);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Launch_PortInUse_ReportsIt()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var (code, error) = await RunAsync("launch", "--workers", "2", "--port", port, "--", "true");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"port {port} on 127.0.0.1 cannot be used: it is in use", error);
    }

    [Fact]
    public async Task Launch_FreePort_IsPassedToTheWorkers()
    {
        var port = LoopbackPort.FindFree().ToString(CultureInfo.InvariantCulture);
        var (code, _) = await RunAsync(
            "launch", "--workers", "2", "--port", port, "--", "/bin/sh", "-c", "exec test $MASTER_PORT = $1", "sh", port);

        Assert.Equal(ExitCode.Success, code);
    }

    [Fact]
    public async Task Launch_OptionsAndDashesOfTheCommand_AreNotInterpreted()
    {
        var (code, _) = await RunAsync(
            "launch", "--workers", "1", "--", "/bin/sh", "-c", "exec test \"$*\" = '--workers 7 -- @file --help'", "sh",
            "--workers", "7", "--", "@file", "--help");

        Assert.Equal(ExitCode.Success, code);
    }

    [Fact]
    public async Task Launch_Help_ShowsAnExample()
    {
        var output = new StringWriter();
        var code = await CommandRunner.RunAsync(Root(), ["launch", "--help"], output, TextWriter.Null);

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("launch --workers 4 -- train", output.ToString());
    }

    private static async Task<(int Code, string Error)> RunAsync(params string[] arguments)
    {
        var error = new StringWriter();
        var code = await CommandRunner.RunAsync(Root(), arguments, TextWriter.Null, error).WaitAsync(TimeSpan.FromSeconds(60));
        return (code, error.ToString());
    }

    private static RootCommand Root() => new() { LaunchCommand.Create() };
}
