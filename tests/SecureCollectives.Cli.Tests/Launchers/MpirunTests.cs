namespace SecureCollectives.Cli.Tests.Launchers;

/// <summary>Runs workers under real MPI launchers, without a wrapper that translates variables.</summary>
public sealed class MpirunTests : IDisposable
{
    private static readonly string[] Train = ["secure-collectives", "train", "--quiet", "--epochs", "2"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Mpirun_OfOpenMpi_TrainsWithoutAWrapper()
    {
        var (code, output, error) = await OpenMpiAsync(await LaunchedTraining.PrepareAsync(_directory));
        LaunchedTraining.AssertTrained(code, output, error);
    }

    [Fact]
    public async Task Mpiexec_OfHydra_TrainsWithARunId()
    {
        var mpiexec = LaunchedTraining.OnPath("mpiexec.hydra");
        Assert.SkipWhen(mpiexec is null, "mpiexec.hydra is not on PATH (Debian: apt-get install mpich).");
        using var launch = ProgramProcess.Start(
            mpiexec!, await LaunchedTraining.PrepareAsync(_directory),
            ["-n", $"{LaunchedTraining.Workers}", "-genv", "SECURE_COLLECTIVES_RUN_ID", $"{Guid.NewGuid()}", .. Train]);
        var (code, output, error) = await launch.ExitAsync().WaitAsync(LaunchedTraining.Limit);
        LaunchedTraining.AssertTrained(code, output, error);
    }

    /// <summary>Otherwise each of the four processes would train alone and succeed.</summary>
    [Fact]
    public async Task Mpirun_WorldSizeOneInTheEnvironment_IsRefused()
    {
        var variables = await LaunchedTraining.PrepareAsync(_directory);
        variables["RANK"] = "0";
        variables["WORLD_SIZE"] = "1";
        var (code, output, error) = await OpenMpiAsync(variables);
        Assert.NotEqual(0, code);
        Assert.DoesNotContain(output, line => line.Contains("weights", StringComparison.Ordinal));
        Assert.Contains(
            error, line =>
                line.Contains($"WORLD_SIZE is 1, but Open MPI started {LaunchedTraining.Workers} processes", StringComparison.Ordinal));
    }

    private static async Task<(int Code, string[] Output, string[] Error)> OpenMpiAsync(Dictionary<string, string?> variables)
    {
        var mpirun = LaunchedTraining.OnPath("mpirun.openmpi", "mpirun");
        Assert.SkipWhen(mpirun is null, "mpirun is not on PATH (Debian: apt-get install openmpi-bin).");
        using var launch = ProgramProcess.Start(
            mpirun!, variables,
                ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", $"{LaunchedTraining.Workers}", .. Train]);
        return await launch.ExitAsync().WaitAsync(LaunchedTraining.Limit);
    }
}
