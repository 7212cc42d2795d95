namespace SecureCollectives.Tests.Launchers;

public sealed class TorchrunLauncherTests
{
    /// <summary>The variables that torchrun --nnodes 2 --nproc-per-node 2 --rdzv-id train sets for one worker.</summary>
    private static readonly (string, string)[] Torchrun =
    [
        ("RANK", "3"), ("WORLD_SIZE", "4"), ("LOCAL_RANK", "1"), ("LOCAL_WORLD_SIZE", "2"), ("MASTER_ADDR", "node-0"),
        ("MASTER_PORT", "29500"), ("TORCHELASTIC_RUN_ID", "train"), ("TORCHELASTIC_RESTART_COUNT", "1"),
        ("TORCHELASTIC_MAX_RESTARTS", "3"), ("TORCHELASTIC_USE_AGENT_STORE", "False"),
    ];

    [Fact]
    public void Read_Torchrun_IsCompleteAndARestartIsAnotherRun()
    {
        var options = Variables.Read(Torchrun);
        Variables.AssertPlace((3, 4, 1, 2, "node-0", 29500, "train.1"), options);
        Assert.Equal("torchrun", options.Place!.Launcher);
        options.Validate();
    }

    [Theory]
    [InlineData("29500", 24500)]
    [InlineData("24500", 29500)]
    [InlineData("45123", 20123)]
    public void Read_TorchrunListensOnMasterPort_DerivesAnother(string taken, int expected) => Assert.Equal(
        expected,
        Variables.Read([("MASTER_PORT", taken), ("TORCHELASTIC_USE_AGENT_STORE", "True"), .. Torchrun]).MasterPort);

    [Fact]
    public void Read_TorchrunListensOnMasterPort_OwnVariableWins() => Assert.Equal(
        28000,
        Variables.Read([("SECURE_COLLECTIVES_MASTER_PORT", "28000"), ("TORCHELASTIC_USE_AGENT_STORE", "True"), .. Torchrun]).MasterPort);

    [Fact]
    public void Read_RunIdIsNone_IsRefusedWithTheRemedy()
    {
        var message = Variables.Refusal([("TORCHELASTIC_RUN_ID", "none"), .. Torchrun]);
        Assert.Contains("(SECURE_COLLECTIVES_RUN_ID) is not set: torchrun was given no id", message);
        Assert.Contains("--rdzv-id", message);
    }

    [Fact]
    public void Read_RunIdIsNoneButOneIsGiven_Passes() => Assert.Equal(
        "mine", Variables.Read([("SECURE_COLLECTIVES_RUN_ID", "mine"), ("TORCHELASTIC_RUN_ID", "none"), .. Torchrun]).RunId);

    [Fact]
    public void Read_RankAndWorldSizeMissing_IsNotAWorldOfOne()
    {
        var message = Variables.Refusal(("TORCHELASTIC_RUN_ID", "train"), ("MASTER_ADDR", "node-0"), ("MASTER_PORT", "29500"));
        Assert.Contains("(RANK) and the world size (WORLD_SIZE) are not set: torchrun started this process", message);
    }

    /// <summary>srun starts one torchrun on each node: Slurm's two tasks are not the world.</summary>
    [Fact]
    public void Read_TorchrunUnderSlurm_TorchrunWins()
    {
        var options = Variables.Read(
            [("SLURM_JOB_ID", "7"), ("SLURM_STEP_ID", "0"), ("SLURM_PROCID", "1"), ("SLURM_STEP_NUM_TASKS", "2"), .. Torchrun]);
        Variables.AssertPlace((3, 4, 1, 2, "node-0", 29500, "train.1"), options);
    }

    /// <summary>Eight Slurm tasks each start a small world with torchrun.</summary>
    [Fact]
    public void Read_TorchrunOfASmallerWorldUnderSlurm_IsAccepted()
    {
        var options = Variables.Read(
            [("WORLD_SIZE", "1"), ("RANK", "0"), ("SLURM_JOB_ID", "7"), ("SLURM_STEP_ID", "0"), ("SLURM_PROCID", "5"),
                ("SLURM_STEP_NUM_TASKS", "8"), .. Torchrun]);
        Assert.Equal((0, 1), (options.Rank, options.WorldSize));
    }
}
