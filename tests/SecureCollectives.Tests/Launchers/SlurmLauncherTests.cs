using SecureCollectives.Launchers;

namespace SecureCollectives.Tests.Launchers;

public sealed class SlurmLauncherTests
{
    /// <summary>The variables that srun -n 4 sets for a task, in an allocation of eight tasks.</summary>
    private static readonly (string, string)[] Step =
    [
        ("SLURM_JOB_ID", "4711"), ("SLURM_STEP_ID", "2"), ("SLURM_PROCID", "3"), ("SLURM_LOCALID", "1"), ("SLURM_NTASKS", "8"),
        ("SLURM_STEP_NUM_TASKS", "4"), ("SLURM_STEP_NUM_NODES", "2"), ("SLURM_STEP_NODELIST", "node[03-04]"),
        ("SLURM_JOB_NODELIST", "node[01-04]"), ("SLURM_STEP_TASKS_PER_NODE", "2(x2)"), ("SLURM_TASKS_PER_NODE", "2(x4)"),
        ("SLURM_DISTRIBUTION", "block"),
    ];

    [Fact]
    public void Read_Step_IsComplete()
    {
        var options = Variables.Read(Step);
        options.Validate();
        Variables.AssertPlace((3, 4, 1, 2, "node03", 20000 + (4711 * 31 + 2) % 10000, "slurm.4711.2.0"), options);
    }

    [Fact]
    public void Read_Requeued_IsAnotherRun() =>
        Assert.Equal("slurm.4711.2.1", Variables.Read([("SLURM_RESTART_COUNT", "1"), .. Step]).RunId);

    [Fact]
    public void Read_OneNode_StaysOnIt() =>
        Assert.Equal("127.0.0.1", Variables.Read([("SLURM_STEP_NUM_NODES", "1"), .. Step]).MasterAddress);

    /// <summary>A batch script and the shell of salloc see the task count of the whole allocation, but are a single process.</summary>
    [Fact]
    public void Read_JobWithoutStep_SaysToUseSrunAndNothingElse()
    {
        var message = Variables.Refusal(("SLURM_JOB_ID", "4711"), ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "4"));
        Assert.EndsWith("srun did not start it. Start the workers with srun.", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Read_JobWithoutStepButSetByHand_Passes() => Variables.Read(
        ("SLURM_JOB_ID", "4711"), ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "4"), ("RANK", "1"), ("WORLD_SIZE", "2"),
        ("MASTER_PORT", "29500"), ("SECURE_COLLECTIVES_RUN_ID", "a")).Validate();

    [Fact]
    public void Read_HeterogeneousJob_IsRefused() =>
        Assert.Contains("heterogeneous Slurm job", Variables.Refusal([("SLURM_HET_SIZE", "2"), .. Step]));

    [Fact]
    public void Read_ArbitraryDistribution_AsksForTheAddress() => Assert.Contains(
        "with --distribution=arbitrary rank 0 can be on any node", Variables.Refusal([("SLURM_DISTRIBUTION", "arbitrary"), .. Step]));

    [Theory]
    [InlineData("cyclic", 0)]
    [InlineData("plane", 0)]
    [InlineData("block:cyclic", 2)]
    [InlineData("", 2)]
    public void Read_Distribution_SaysWhetherRanksAreCountedHostByHost(string distribution, int expected) =>
        Assert.Equal(expected, Variables.Read([("SLURM_DISTRIBUTION", distribution), .. Step]).LocalWorldSize);

    [Theory]
    [InlineData("vm", "vm")]
    [InlineData("node[01-03,7],gpu1", "node01")]
    [InlineData("node[7,01-03]", "node7")]
    [InlineData("gpu1,node[01-03]", "gpu1")]
    [InlineData("rack[2-3]node[0-7]", "rack2node0")]
    [InlineData("tux[001-100]-ib.example.org", "tux001-ib.example.org")]
    [InlineData("a-b[4],c", "a-b4")]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData(",a", null)]
    [InlineData("node[", null)]
    [InlineData("node[]", null)]
    [InlineData("node[x-y]", null)]
    [InlineData("node]", null)]
    public void First_OfHostList(string? list, string? expected) => Assert.Equal(expected, SlurmHostList.First(list));

    [Theory]
    [InlineData("4", 4)]
    [InlineData("2(x3)", 2)]
    [InlineData("2(x3),2", 2)]
    [InlineData("2(x3),1", null)]
    [InlineData("0", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("two", null)]
    public void Common_OfTaskCounts(string? counts, int? expected) => Assert.Equal(expected, SlurmTaskCounts.Common(counts));

    [Theory]
    [InlineData(1, 0, 20031)]
    [InlineData(1, 1, 20032)]
    [InlineData(67108863, 4, 24757)]
    public void Port_OfJobAndStep_IsAsDocumented(int job, int step, int expected) => Assert.Equal(expected, DerivedPort.Of(job, step));
}
