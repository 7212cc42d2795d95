using System.Diagnostics;
using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Compare;

/// <summary>Runs the peers' real programs if the peers are installed. Continuous integration does not install them.</summary>
public sealed class PeerProcessTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Open MPI", 2)]
    [InlineData("Gloo", 2)]
    [InlineData("Gloo", 3)]
    [InlineData("Gloo", 4)]
    public async Task Pass_OfARealPeer_MeasuresItsCellsRightly(string name, int world)
    {
        var peer = Peer.All.Single(peer => peer.Name == name);
        var program = await ProgramOrSkipAsync(peer);
        var options = Fakes.Options(
            world, min: 4096, max: 4096) with
        { Collectives = ComparedCollective.All.Names, WarmupMilliseconds = 1, BatchMilliseconds = 1 };

        foreach (var pass in PeerPass.AllOf(peer, program, options.Cells(), options))
        {
            var samples = await pass.RunAsync(0, Token);

            Assert.Equal(options.Cells().Where(cell => Can(pass.Contenders[0].Key, cell.Collective)),
                samples.Select(sample => sample.Cell));
            Assert.All(samples,
                sample => Assert.Equal((0L, true, pass.Contenders[0].Key), (sample.Wrong, sample.TimeUs > 0, sample.Contender)));
        }
    }

    [Fact]
    public async Task Pass_CongestionControlThatTheKernelLacks_FailsTheContender()
    {
        var program = await ProgramOrSkipAsync(Peer.Gloo);
        var options = Fakes.Options(
            min: 4096, max: 4096) with
        { WarmupMilliseconds = 1, BatchMilliseconds = 1, PeersCongestion = "nonesuch" };

        var failure = await Assert.ThrowsAsync<ContenderFailedException>(
            () => PeerPass.AllOf(Peer.Gloo, program, options.Cells(), options).First().RunAsync(0, Token));

        Assert.Contains("--congestion nonesuch", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_EndOfItsInput_EndsItAndItsRanks()
    {
        var program = await ProgramOrSkipAsync(Peer.Gloo);
        using var process = Process.Start(
            new ProcessStartInfo(
                program, ["--world", "2", "--allreduce", "4", "--samples", "10000", "--batch-ms", "60000", "--end-with-input"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;

        process.StandardInput.Close();
        await process.WaitForExitAsync(Token).WaitAsync(Generous, Token);
        // The ranks hold the other end of the pipe, so reading ends when the last of them has exited.
        await process.StandardOutput.ReadToEndAsync(Token).WaitAsync(Generous, Token);

        Assert.NotEqual(0, process.ExitCode);
    }

    private static bool Can(string contender, string collective) => contender switch
    {
        "gloo-ring" => collective is "allreduce" or "allgather",
        "gloo-tree" => collective is "broadcast",
        "gloo-direct" => collective is "alltoall",
        "gloo-halving-doubling" or "gloo-halving-doubling-sync" => collective is "allreduce" or "reducescatter",
        _ => true,
    };

    private static async Task<string> ProgramOrSkipAsync(Peer peer)
    {
        var build = new PeerBuild(RepositoryRoot.PathOf("bench", "peers"), Environment.GetEnvironmentVariable("PATH"));
        var (program, missing) = await build.BuildAsync(peer, Token);
        Assert.SkipUnless(program is not null, missing?.ToString() ?? "");
        return program!;
    }
}
