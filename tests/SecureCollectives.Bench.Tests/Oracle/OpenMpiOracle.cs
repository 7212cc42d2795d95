using System.Globalization;
using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>Computes Open MPI's results. One mpirun of bench/peers/open_mpi_oracle.cpp runs all cases for one world size.</summary>
internal static class OpenMpiOracle
{
    private static readonly Peer Program = Peer.OpenMpi with { Target = "open-mpi-oracle" };

    /// <summary>Only detects a hang; a run takes seconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Builds the program, or skips the test and reports what is not installed.</summary>
    public static async Task<string> ProgramOrSkipAsync(CancellationToken cancellationToken)
    {
        var build = new PeerBuild(RepositoryRoot.PathOf("bench", "peers"), Environment.GetEnvironmentVariable("PATH"));
        var (program, missing) = await build.BuildAsync(Program, cancellationToken);
        Assert.SkipUnless(program is not null, missing?.ToString() ?? "");
        return program!;
    }

    /// <returns>The results, by rank and case.</returns>
    public static async Task<byte[][][]> RunAsync(
        string program, IReadOnlyList<OracleCase> cases, int world, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryDirectory();
        await File.WriteAllLinesAsync(folder.Combine("plan"), cases.Select(wanted => wanted.PlanLine), cancellationToken);
        for (var rank = 0; rank < world; rank++)
        {
            await using var inputs = File.Create(folder.Combine($"input.{rank}"));
            foreach (var wanted in cases)
            {
                await inputs.WriteAsync(wanted.Input(rank), cancellationToken);
            }
        }

        string[] arguments = ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np",
            world.ToString(CultureInfo.InvariantCulture), program, folder.Path];
        var run = await ToolRun.RunAsync("mpirun", arguments, Limit, cancellationToken);
        Assert.True(run.ExitCode == 0, run.Complaint());
        return [.. Enumerable.Range(0, world).Select(rank => Results(File.ReadAllBytes(folder.Combine($"output.{rank}")), cases, rank))];
    }

    private static byte[][] Results(byte[] output, IReadOnlyList<OracleCase> cases, int rank)
    {
        Assert.Equal(cases.Sum(wanted => wanted.Outputs(rank) * wanted.Type.Bytes), output.Length);
        var results = new byte[cases.Count][];
        var start = 0;
        for (var i = 0; i < results.Length; i++)
        {
            var end = start + (cases[i].Outputs(rank) * cases[i].Type.Bytes);
            results[i] = output[start..end];
            start = end;
        }

        return results;
    }
}
