using System.Diagnostics;
using System.Globalization;
using SecureCollectives.Identity;
using SecureCollectives.Testing.Proxies;

namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>A job of worker processes with a proxy on every connection between them.</summary>
internal sealed class FaultedJob : IAsyncDisposable
{
    private const string Host = "testing-worker";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SettlePoll = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryDirectory _directory = new();
    private readonly TestPki _pki = new();
    private readonly ReservedPort[] _ports;
    private readonly FaultedWorker?[] _workers;

    public FaultedJob(JobPlan plan)
    {
        Plan = plan;
        _ports = [.. Enumerable.Range(0, plan.World).Select(_ => ReservedPort.Draw())];
        _workers = new FaultedWorker?[plan.World];
        for (var rank = 0; rank < plan.World; rank++)
        {
            Proxy.ListenForControl(rank, _ports[rank].Number);
        }
    }

    public JobPlan Plan { get; }

    public FaultProxy Proxy { get; } = new();

    /// <summary>The workers started so far, by rank.</summary>
    public IEnumerable<FaultedWorker> Workers => _workers.OfType<FaultedWorker>();

    /// <summary>Starts all workers and waits until all have opened the communicator.</summary>
    public static async Task<FaultedJob> StartAsync(JobPlan plan)
    {
        var job = new FaultedJob(plan);
        try
        {
            for (var rank = 0; rank < plan.World; rank++)
            {
                job.Start(rank);
            }

            await job.OpenedAsync();
            return job;
        }
        catch
        {
            await job.DisposeAsync();
            throw;
        }
    }

    public FaultedWorker Start(int rank, bool staysInOpening = false)
    {
        var files = Issue(rank);
        string[] arguments =
        [
            "rounds", Plan.Protection.ToString(), Plan.Transport.ToString(), Text(Plan.Bytes),
            Milliseconds(Plan.OperationTimeout), Milliseconds(Plan.OpenTimeout), Milliseconds(Plan.LinkLifetime),
            Plan.Rounds == RoundKind.Family ? "family" : "rings",
        ];
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, Host), arguments);
        start.Environment["RANK"] = Text(rank);
        start.Environment["WORLD_SIZE"] = Text(Plan.World);
        start.Environment["MASTER_ADDR"] = FaultProxy.AdvertisedAddress(0).ToString();
        start.Environment["MASTER_PORT"] = Text(_ports[0].Number);
        start.Environment["SECURE_COLLECTIVES_PORT"] = rank == 0 ? null : Text(_ports[rank].Number);
        start.Environment["SECURE_COLLECTIVES_BIND_ADDRESS"] = FaultProxy.BindAddress(rank).ToString();
        start.Environment["SECURE_COLLECTIVES_ADVERTISED_ADDRESS"] = FaultProxy.AdvertisedAddress(rank).ToString();
        start.Environment["SECURE_COLLECTIVES_JOIN_TIMEOUT"] = Text((int)Plan.JoinTimeout.TotalSeconds);
        start.Environment["SECURE_COLLECTIVES_RUN_ID"] = "faults";
        start.Environment["SECURE_COLLECTIVES_LOCAL_TRANSPORT"] = Plan.SharesMemory ? "memory" : "tcp";
        start.Environment["SECURE_COLLECTIVES_CERTIFICATE"] = files.Certificate;
        start.Environment["SECURE_COLLECTIVES_KEY"] = files.Key;
        start.Environment["SECURE_COLLECTIVES_CA"] = files.Authority;
        return _workers[rank] = new FaultedWorker(rank, start, Proxy.ListenForLanes) { StaysInOpening = staysInOpening };
    }

    /// <summary>Waits until all workers have opened the communicator.</summary>
    public async Task OpenedAsync()
    {
        foreach (var worker in Workers)
        {
            await worker.ExpectAsync("joined", StartLimit);
            await worker.ExpectAsync("opened", StartLimit);
        }
    }

    /// <summary>Replaces all workers' certificate files in place, as a renewal does.</summary>
    public void Renew()
    {
        for (var rank = 0; rank < Plan.World; rank++)
        {
            Issue(rank);
        }
    }

    /// <summary>Runs rounds on all workers.</summary>
    /// <param name="count">The number of rounds.</param>
    /// <param name="pace">How long each worker pauses after each round.</param>
    /// <param name="limit">The time limit for all rounds together.</param>
    /// <returns>Each worker's rounds, by rank.</returns>
    /// <exception cref="WorkerFailedException">A worker's calls failed.</exception>
    /// <exception cref="TimeoutException">A worker hangs.</exception>
    public async Task<Round[][]> RunAsync(int count, TimeSpan pace, TimeSpan limit)
    {
        foreach (var worker in Workers)
        {
            worker.Order($"run {Text(count)} {Milliseconds(pace)}");
        }

        return await Task.WhenAll(Workers.Select(worker => RoundsAsync(worker, count, limit)));
    }

    /// <summary>
    /// Returns the resources of all workers, after pending closes have completed. Waits until they no longer exceed
    /// <paramref name="before"/>, up to a limit.
    /// </summary>
    public async Task<ResourceUse> UseAsync(ResourceUse? before = null)
    {
        // Collect garbage first, so that it does not count as growth.
        foreach (var worker in Workers)
        {
            worker.Order("collect");
        }

        foreach (var worker in Workers)
        {
            await worker.ExpectAsync("idle", StartLimit);
        }

        int[] processes = [.. Workers.Select(worker => worker.Id)];
        var started = Stopwatch.GetTimestamp();
        var (calmSince, sockets) = (started, -1);
        while (true)
        {
            var use = ResourceUse.Of(processes);

            // Wait until the number of sockets is stable: on a busy machine, workers still connect to their arbiters after the warm-up.
            (calmSince, sockets) = use.Sockets == sockets ? (calmSince, sockets) : (Stopwatch.GetTimestamp(), use.Sockets);
            if (Stopwatch.GetElapsedTime(started) > SettleLimit
                || (before is null ? Stopwatch.GetElapsedTime(calmSince) > SettleLimit / 2 : !use.HasGrown(before, processes.Length)))
            {
                return use;
            }

            await Task.Delay(SettlePoll);
        }
    }

    /// <summary>Makes all workers leave the job.</summary>
    public async Task LeaveAsync()
    {
        foreach (var worker in Workers)
        {
            worker.Order("end");
        }

        foreach (var worker in Workers)
        {
            await worker.ExitAsync(LeaveLimit);
        }
    }

    /// <summary>Saves the workers' output for diagnosing a failure.</summary>
    /// <returns>The directory with the files.</returns>
    public string SaveOutput()
    {
        var folder = Directory.CreateTempSubdirectory("secure-collectives-faults-").FullName;
        foreach (var worker in Workers)
        {
            File.WriteAllLines(Path.Combine(folder, $"rank-{Text(worker.Rank)}"), worker.Output);
        }

        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in Workers)
        {
            worker.Dispose();
        }

        await Proxy.DisposeAsync();
        foreach (var port in _ports)
        {
            port.Dispose();
        }

        _pki.Dispose();
        _directory.Dispose();
    }

    private IdentityFiles Issue(int rank) => _pki.WriteFiles(
        Directory.CreateDirectory(_directory.Combine(Text(rank))).FullName, rank, lifetime: Plan.CertificateLifetime,
            now: DateTimeOffset.UtcNow);

    private static async Task<Round[]> RoundsAsync(FaultedWorker worker, int count, TimeSpan limit)
    {
        var rounds = new List<Round>();
        for (var started = Stopwatch.GetTimestamp(); rounds.Count < count;)
        {
            var left = limit - Stopwatch.GetElapsedTime(started);
            rounds.Add(Round.Parse(await worker.ReadAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero)));
        }

        await worker.ExpectAsync("idle", limit);
        return [.. rounds];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) => Text((int)time.TotalMilliseconds);
}
