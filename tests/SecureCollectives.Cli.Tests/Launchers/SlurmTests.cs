namespace SecureCollectives.Cli.Tests.Launchers;

/// <summary>Runs workers under a real single-machine Slurm cluster, which scripts/with-slurm sets up and removes.</summary>
public sealed class SlurmTests : IDisposable
{
    /// <summary>The exit code of scripts/with-slurm if Slurm cannot be set up.</summary>
    private const int Unable = 77;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Srun_FourTasks_TrainWithoutAWrapper()
    {
        var (code, output, error) = await RunAsync(
            await LaunchedTraining.PrepareAsync(_directory),
            "srun", "-n", $"{LaunchedTraining.Workers}", "secure-collectives", "train", "--quiet", "--epochs", "2");
        LaunchedTraining.AssertTrained(code, output, error);
    }

    /// <summary>Submits the published file unchanged; it runs the sample training by default.</summary>
    [Fact]
    public async Task Sbatch_OfDeploy_TrainsAndLeavesNoKeys()
    {
        var log = _directory.Combine("log");
        var (code, output, error) = await RunAsync(
            LaunchedTraining.Cleared(),
            "sbatch", "--wait", "--chdir", _directory.Path, "--output", log, RepositoryRoot.PathOf("deploy", "slurm", "train.sbatch"));
        LaunchedTraining.AssertTrained(code, File.Exists(log) ? await File.ReadAllLinesAsync(log) : output, error);
        Assert.Empty(Directory.GetDirectories(_directory.Path));
    }

    private static async Task<(int Code, string[] Output, string[] Error)> RunAsync(
        Dictionary<string, string?> variables, params string[] command)
    {
        using var slurm = ProgramProcess.Start(RepositoryRoot.PathOf("scripts", "with-slurm"), variables, command);
        var (code, output, error) = await slurm.ExitAsync().WaitAsync(LaunchedTraining.Limit);
        Assert.SkipWhen(code == Unable, string.Join('\n', error));
        return (code, output, error);
    }
}
