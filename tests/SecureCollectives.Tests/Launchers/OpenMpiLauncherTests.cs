namespace SecureCollectives.Tests.Launchers;

public sealed class OpenMpiLauncherTests
{
    private static readonly (string, string)[] OneHost =
    [
        ("OMPI_COMM_WORLD_RANK", "1"), ("OMPI_COMM_WORLD_SIZE", "4"), ("OMPI_COMM_WORLD_LOCAL_RANK", "1"),
        ("OMPI_COMM_WORLD_LOCAL_SIZE", "4"), ("PMIX_NAMESPACE", "825360385"), ("PMIX_RANK", "1"),
        ("OMPI_MCA_ess_base_jobid", "825360385"), ("OMPI_MCA_orte_precondition_transports", "dc5ce8158910e844-dcece51965f0535d"),
    ];

    private static readonly (string, string)[] TwoHosts =
        [("OMPI_COMM_WORLD_LOCAL_SIZE", "2"), ("OMPI_COMM_WORLD_RANK", "3"), .. OneHost];

    [Fact]
    public void Read_OneHost_NeedsNothingElse()
    {
        var options = Variables.Read(OneHost);
        Assert.Equal((1, 4, 1, 4, "127.0.0.1"),
            (options.Rank, options.WorldSize, options.LocalRank, options.LocalWorldSize, options.MasterAddress));
        Assert.Equal("openmpi.825360385.dc5ce8158910e844-dcece51965f0535d", options.RunId);
        Assert.InRange(options.MasterPort, 20000, 29999);
        options.Validate();
    }

    /// <summary>
    /// The port is 20000 + (first four bytes of the run id's SHA-256) mod 10000, as docs/deployment.md says. The expected hash is from
    /// sha256sum.
    /// </summary>
    [Fact]
    public void Read_NoPort_IsDerivedFromTheRunId()
    {
        var options = Variables.Read([("SECURE_COLLECTIVES_RUN_ID", "first"), .. OneHost]);
        Assert.Equal("first", options.RunId);
        Assert.Equal(20000 + (int)(0xa7937b64u % 10000), options.MasterPort);
    }

    [Fact]
    public void Read_SeveralHosts_AsksForTheAddressOfRank0()
    {
        Assert.Contains(
            "(MASTER_ADDR) is not set: workers run on several hosts, and mpirun does not say where rank 0 is. Add -x MASTER_ADDR=",
            Variables.Refusal(TwoHosts));
        var options = Variables.Read([("MASTER_ADDR", "node-0"), .. TwoHosts]);
        options.Validate();
        Assert.Equal(("node-0", 2), (options.MasterAddress, options.LocalWorldSize));
    }

    /// <summary>With mpirun --map-by node, rank 2 is the second process on the first of two hosts.</summary>
    [Fact]
    public void Read_RanksNotCountedHostByHost_SaysHowToCountThem()
    {
        (string, string)[] byNode = [("OMPI_COMM_WORLD_RANK", "2"), ("MASTER_ADDR", "node-0"), .. TwoHosts];
        Assert.Contains("rank 2 is number 1 of 2 on its host. Map them by slot", Variables.Refusal(byNode));
        Variables.Read([("LOCAL_WORLD_SIZE", "1"), .. byNode]).Validate();
    }

    [Theory]
    [InlineData("OMPI_COMM_WORLD_RANK")]
    [InlineData("OMPI_COMM_WORLD_SIZE")]
    public void Read_OneOfThePairMissing_IsNotAWorldOfOne(string name) => Assert.Contains(
        "(RANK) and the world size (WORLD_SIZE) are not set: mpirun sets OMPI_COMM_WORLD_RANK and OMPI_COMM_WORLD_SIZE",
        Variables.Refusal([(name, ""), .. OneHost]));

    /// <summary>orted runs as a Slurm task on each node; that task's variables do not describe the worker.</summary>
    [Fact]
    public void Read_UnderSlurm_OpenMpiWins()
    {
        var options = Variables.Read(
            [("SLURM_JOB_ID", "7"), ("SLURM_STEP_ID", "3"), ("SLURM_PROCID", "0"), ("SLURM_STEP_NUM_TASKS", "1"), .. OneHost]);
        Assert.Equal((1, 4), (options.Rank, options.WorldSize));
    }

    [Fact]
    public void Read_WorldSizeByHandIsSmaller_IsRefusedUnlessOwnVariablesSetIt()
    {
        var message = Variables.Refusal([("RANK", "0"), ("WORLD_SIZE", "1"), ("SECURE_COLLECTIVES_RUN_ID", "x"), .. OneHost]);
        Assert.Contains("WORLD_SIZE is 1, but Open MPI started 4 processes", message);
        var options = Variables.Read(
            [("SECURE_COLLECTIVES_RANK", "0"), ("SECURE_COLLECTIVES_WORLD_SIZE", "1"), ("SECURE_COLLECTIVES_RUN_ID", "x"), .. OneHost]);
        options.Validate();
        Assert.Equal((0, 1), (options.Rank, options.WorldSize));
    }

    /// <summary>A wrapper script sets the same place in torchrun's variables, but Open MPI's other variables still apply.</summary>
    [Fact]
    public void Read_SamePlaceByHand_KeepsTheRest()
    {
        var options = Variables.Read([("RANK", "1"), ("WORLD_SIZE", "4"), .. OneHost]);
        options.Validate();
        Assert.Equal(1, options.LocalRank);
    }

    /// <summary>A world other than mpirun's needs its own run id. If it used mpirun's, workers of both worlds would match.</summary>
    [Fact]
    public void Read_AnotherPlaceByHand_NeedsARunIdOfItsOwn() => Assert.Contains(
        "(SECURE_COLLECTIVES_RUN_ID) is not set: set it to any text",
        Variables.Refusal(
            [("SECURE_COLLECTIVES_RANK", "1"), ("SECURE_COLLECTIVES_WORLD_SIZE", "2"), ("MASTER_PORT", "29500"), .. OneHost]));
}
