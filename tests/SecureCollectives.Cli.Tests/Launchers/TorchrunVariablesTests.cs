namespace SecureCollectives.Cli.Tests.Launchers;

/// <summary>Runs real processes with the variables that torchrun sets. torchrun itself would need Python and PyTorch.</summary>
public sealed class TorchrunVariablesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ReservedPort _agentPort = ReservedPort.Draw();

    public void Dispose()
    {
        _directory.Dispose();
        _agentPort.Dispose();
    }

    /// <summary>torchrun itself listens on MASTER_PORT. A listener of the test stands in for it.</summary>
    [Fact]
    public async Task Train_TorchrunListensOnThePort_UsesTheNextPort()
    {
        using var agent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, _agentPort.Number);
        agent.Start();
        var workers = new List<ProgramProcess>();
        try
        {
            for (var rank = 0; rank < LaunchedTraining.Workers; rank++)
            {
                workers.Add(await StartAsync(rank, "train-7", "1"));
            }

            var ends = await Task.WhenAll(workers.Select(worker => worker.ExitAsync())).WaitAsync(LaunchedTraining.Limit);
            Assert.All(ends, end => Assert.True(end.Code == 0, string.Join('\n', end.Error)));
            LaunchedTraining.AssertTrained(ends[0].Code, ends[0].Output, ends[0].Error);
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }

    [Fact]
    public async Task Train_TorchrunWithoutAnId_IsRefusedWithTheOptionToSet()
    {
        using var worker = await StartAsync(0, "none", "0");
        var (code, _, error) = await worker.ExitAsync().WaitAsync(LaunchedTraining.Limit);
        Assert.NotEqual(0, code);
        Assert.Contains("--rdzv-id", Assert.Single(error));
    }

    private async Task<ProgramProcess> StartAsync(int rank, string runId, string restarts)
    {
        var variables = Directory.Exists(_directory.Combine("rank-0"))
            ? LaunchedTraining.Given(_directory) : await LaunchedTraining.PrepareAsync(_directory);
        variables["RANK"] = variables["LOCAL_RANK"] = $"{rank}";
        variables["WORLD_SIZE"] = variables["LOCAL_WORLD_SIZE"] = $"{LaunchedTraining.Workers}";
        variables["MASTER_ADDR"] = "127.0.0.1";
        variables["MASTER_PORT"] = $"{_agentPort.Number}";
        variables["TORCHELASTIC_RUN_ID"] = runId;
        variables["TORCHELASTIC_RESTART_COUNT"] = restarts;
        variables["TORCHELASTIC_USE_AGENT_STORE"] = "True";
        return ProgramProcess.Start("secure-collectives", variables, "train", "--quiet", "--epochs", "2");
    }
}
