namespace SecureCollectives.Tests.Launchers;

/// <summary>Hydra, PMIx, Kubernetes and variables set by hand.</summary>
public sealed class OtherLauncherTests
{
    private static readonly (string, string)[] Hydra =
        [("PMI_RANK", "2"), ("PMI_SIZE", "4"), ("MPI_LOCALRANKID", "2"), ("MPI_LOCALNRANKS", "4"), ("PMI_FD", "7")];

    [Fact]
    public void Read_Hydra_NeedsARunId()
    {
        Assert.Contains("mpiexec does not name the run. Add -genv SECURE_COLLECTIVES_RUN_ID $(uuidgen)", Variables.Refusal(Hydra));
        var options = Variables.Read([("SECURE_COLLECTIVES_RUN_ID", "a"), .. Hydra]);
        options.Validate();
        Assert.Equal((2, 4, 2, 4, "127.0.0.1"),
            (options.Rank, options.WorldSize, options.LocalRank, options.LocalWorldSize, options.MasterAddress));
        Assert.InRange(options.MasterPort, 20000, 29999);
    }

    [Fact]
    public void Read_HydraOnSeveralHosts_AsksForTheAddressOfRank0() => Assert.Contains(
        "Add -genv MASTER_ADDR",
        Variables.Refusal([("MPI_LOCALNRANKS", "2"), ("MPI_LOCALRANKID", "0"), ("SECURE_COLLECTIVES_RUN_ID", "a"), .. Hydra]));

    /// <summary>srun --mpi=pmi2 sets PMI_RANK, PMI_SIZE and PMI_JOBID; Slurm's own variables give the rest.</summary>
    [Fact]
    public void Read_SlurmWithItsOwnPmi_SlurmWins()
    {
        var options = Variables.Read(
            [("PMI_JOBID", "7.3"), ("SLURM_JOB_ID", "7"), ("SLURM_STEP_ID", "3"), ("SLURM_PROCID", "2"), ("SLURM_STEP_NUM_TASKS", "4"),
                ("SLURM_STEP_NODELIST", "n1"), ("SLURM_STEP_NUM_NODES", "1"), .. Hydra]);
        Assert.Equal(("Slurm", "slurm.7.3.0"), (options.Place!.Launcher, options.RunId));
    }

    [Fact]
    public void Read_Pmix_NeedsAWorldSizeAndAnAddress()
    {
        (string, string)[] pmix = [("PMIX_RANK", "1"), ("PMIX_NAMESPACE", "prterun-host-77@1")];
        var message = Variables.Refusal(pmix);
        Assert.Contains("does not say how many it started. Set WORLD_SIZE", message);
        Assert.Contains("(MASTER_ADDR) is not set: the PMIx server does not say where rank 0 is", message);
        var options = Variables.Read([("WORLD_SIZE", "2"), ("MASTER_ADDR", "127.0.0.1"), .. pmix]);
        options.Validate();
        Assert.Equal((1, 2, "pmix.prterun-host-77@1"), (options.Rank, options.WorldSize, options.RunId));
    }

    [Fact]
    public void Read_IndexedJob_IsCompleteByItsManifest()
    {
        var options = Variables.Read(
            ("JOB_COMPLETION_INDEX", "3"), ("JOB_UID", "4a7a-11"), ("WORLD_SIZE", "4"), ("MASTER_ADDR", "train-0.train"),
            ("MASTER_PORT", "29500"));
        options.Validate();
        Variables.AssertPlace((3, 4, null, 0, "train-0.train", 29500, "kubernetes.4a7a-11"), options);
        Assert.Equal(4, Variables.Read(("JOB_COMPLETION_INDEX", "3"), ("SECURE_COLLECTIVES_WORLD_SIZE", "4")).WorldSize);
    }

    [Fact]
    public void Read_IndexedJobAlone_ListsAllThatItsManifestLacks()
    {
        var lines = Variables.Refusal(("JOB_COMPLETION_INDEX", "0")).Split('\n')[1..];
        Assert.Equal(4, lines.Length);
        Assert.Contains("(WORLD_SIZE) are not set: this is a pod of an Indexed Job", lines[0]);
        Assert.Contains("(MASTER_ADDR) is not set: set MASTER_ADDR in the Job's manifest", lines[1]);
        Assert.Contains("(MASTER_PORT) is not set: set MASTER_PORT in the Job's manifest", lines[2]);
        Assert.Contains("(SECURE_COLLECTIVES_RUN_ID) is not set: set JOB_UID in the Job's manifest", lines[3]);
    }

    [Theory]
    [InlineData("RANK", "WORLD_SIZE")]
    [InlineData("WORLD_SIZE", "RANK")]
    [InlineData("SECURE_COLLECTIVES_RANK", "SECURE_COLLECTIVES_WORLD_SIZE")]
    [InlineData("SECURE_COLLECTIVES_WORLD_SIZE", "SECURE_COLLECTIVES_RANK")]
    public void Read_HalfAPair_IsRefusedEvenUnderALauncher(string given, string missing)
    {
        var words = $"{given} is set but {missing} is not; set both or neither";
        Assert.Contains(words, Variables.Refusal((given, "1")));
        Assert.Contains(words, Variables.Refusal([(given, "1"), ("SECURE_COLLECTIVES_RUN_ID", "a"), .. Hydra]));
    }

    [Fact]
    public void Read_NothingSet_IsNotAWorldOfOne() => Assert.Contains(
        "(RANK) and the world size (WORLD_SIZE) are not set: start the worker with torchrun", Variables.Refusal());

    [Fact]
    public void Read_AWorldOfOneByHand_NeedsARunIdAlone() =>
        Variables.Read(("RANK", "0"), ("WORLD_SIZE", "1"), ("SECURE_COLLECTIVES_RUN_ID", "a")).Validate();

    [Fact]
    public void Read_OwnVariables_ComeBeforeAllOthers()
    {
        var options = Variables.Read(
            ("SECURE_COLLECTIVES_RANK", "1"), ("SECURE_COLLECTIVES_WORLD_SIZE", "2"), ("SECURE_COLLECTIVES_LOCAL_RANK", "1"),
            ("SECURE_COLLECTIVES_LOCAL_WORLD_SIZE", "2"), ("SECURE_COLLECTIVES_MASTER_ADDR", "a"),
                ("SECURE_COLLECTIVES_MASTER_PORT", "1234"),
            ("SECURE_COLLECTIVES_RUN_ID", "r"), ("RANK", "5"), ("WORLD_SIZE", "9"), ("LOCAL_RANK", "7"), ("LOCAL_WORLD_SIZE", "8"),
            ("MASTER_ADDR", "b"), ("MASTER_PORT", "tcp://10.0.0.1:80"), ("OMPI_COMM_WORLD_RANK", "3"), ("OMPI_COMM_WORLD_SIZE", "4"));
        Variables.AssertPlace((1, 2, 1, 2, "a", 1234, "r"), options);
    }
}
