using System.Diagnostics;
using System.Globalization;
using SecureCollectives.Testing.Faults.Jobs;
using SecureCollectives.Testing.Proxies;

namespace SecureCollectives.Testing.Faults.Grid;

/// <summary>
/// Kills or stops one of a job's workers while the proxy holds the job in a chosen phase. Each of the other workers must then fail in time,
/// with an error that names the victim.
/// </summary>
/// <param name="plan">The job. Its buffer is one window, so that a shard goes from rank to rank in one slice.</param>
internal sealed class GridRun(JobPlan plan)
{
    private const int RoundsToWarmUp = 2;

    /// <summary>A worker that has everything it needs for the held round continues to the next one, and waits there.</summary>
    private const string RoundsAhead = "run 2 0";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Returns a plan whose time limits are short enough for a grid.</summary>
    public static JobPlan Plan(int world, TransportKind transport, Protection protection) => new()
    {
        World = world,
        Transport = transport,
        Protection = protection,
        Bytes = world << 20,
        OperationTimeout = TimeSpan.FromSeconds(4),
        OpenTimeout = TimeSpan.FromSeconds(10),
        JoinTimeout = TimeSpan.FromSeconds(10),
    };

    public async Task<GridResult> RunAsync(GridCell cell)
    {
        await using var job = new FaultedJob(plan);
        try
        {
            var release = await ReachAsync(job, cell);
            var victim = job.Workers.Single(worker => worker.Rank == cell.Victim);
            var at = Stopwatch.GetTimestamp();
            victim.Signal(cell.Signal);
            if (cell.IsKill)
            {
                await victim.ExitAsync(Limit);
                job.Proxy.Refuse(cell.Victim);
            }

            release();
            var survivors = job.Workers.Where(worker => worker != victim).ToArray();
            if (cell.Phase == GridPhase.Idle)
            {
                at = Stopwatch.GetTimestamp();
                Array.ForEach(survivors, static worker => worker.Order("run 1 0"));
            }

            var bound = cell.Bound(plan);
            var failures = await Task.WhenAll(survivors.Select(worker => worker.FailureAsync(bound + Limit)));
            return Judge(job, cell, at, bound, failures);
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException or WorkerFailedException)
        {
            return new GridResult(cell, cell.Bound(plan), TimeSpan.Zero, TimeSpan.Zero,
                [$"{exception.Message} (the workers' output is in {job.SaveOutput()})"], []);
        }
    }

    private static GridResult Judge(FaultedJob job, GridCell cell, long at, TimeSpan bound, WorkerFailure[] failures)
    {
        var complaints = failures.Where(failure => !failure.Names(cell.Victim))
            .Select(failure => string.Create(
                CultureInfo.InvariantCulture, $"rank {failure.Rank} does not name the victim: {failure.Error}, {failure.Message}"))
            .ToList();
        complaints.AddRange(failures.Where(failure => Took(failure) > bound + failure.Stall).Select(failure => string.Create(
            CultureInfo.InvariantCulture,
                $"rank {failure.Rank} took {Took(failure).TotalSeconds:0.00} s: {failure.Error}, {failure.Message}")));
        if (complaints.Count > 0)
        {
            complaints.Add($"the workers' output is in {job.SaveOutput()}");
        }

        var slowest = failures.MaxBy(failure => Took(failure) - failure.Stall)!;
        return new GridResult(cell, bound, Took(slowest), slowest.Stall, complaints, failures);

        TimeSpan Took(WorkerFailure failure) => Stopwatch.GetElapsedTime(at, failure.At);
    }

    /// <summary>Starts the job and brings it to the cell's phase.</summary>
    /// <returns>An action that releases everything that the proxy holds.</returns>
    private async Task<Action> ReachAsync(FaultedJob job, GridCell cell)
    {
        switch (cell.Phase)
        {
            case GridPhase.Join:
                return await ReachJoinAsync(job, cell.Victim);
            case GridPhase.Opening:
                foreach (var rank in Enumerable.Range(0, plan.World))
                {
                    job.Start(rank, staysInOpening: rank == cell.Victim);
                }

                await job.Workers.Single(worker => worker.Rank == cell.Victim).Listening.WaitAsync(Limit);
                return static () => { };
            default:
                foreach (var rank in Enumerable.Range(0, plan.World))
                {
                    job.Start(rank);
                }

                await job.OpenedAsync();
                await job.RunAsync(RoundsToWarmUp, TimeSpan.Zero, Limit);
                return await ReachOperationAsync(job, cell);
        }
    }

    /// <summary>
    /// Waits until the victim has connected to rank 0 and gets no answer. If the victim is rank 0, waits for another rank to do so.
    /// </summary>
    private async Task<Action> ReachJoinAsync(FaultedJob job, int victim)
    {
        foreach (var rank in Enumerable.Range(0, plan.World).Where(rank => rank != victim))
        {
            job.Start(rank);
        }

        if (victim != 0)
        {
            // Wait until all other ranks have joined.
            var others = string.Create(CultureInfo.InvariantCulture, $"{plan.World - 1} of {plan.World} workers have joined");
            for (var started = Stopwatch.GetTimestamp(); !job.Workers.First().Output
                .Any(line => line.Contains(others, StringComparison.Ordinal));)
            {
                if (Stopwatch.GetElapsedTime(started) > Limit)
                {
                    throw new TimeoutException("The other ranks did not join.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }

        var held = job.Proxy.Control(0).Hold();
        job.Start(victim);
        await held.Arrived.WaitAsync(Limit);
        return held.Release;
    }

    private async Task<Action> ReachOperationAsync(FaultedJob job, GridCell cell)
    {
        // In each of AllReduce's two phases a rank sends all shards but one.
        var bytes = plan.Bytes / plan.World * (plan.World - 1);
        var outgoing = Outgoing(job.Proxy, cell.Victim);
        switch (cell.Phase)
        {
            case GridPhase.ReduceScatter or GridPhase.AllGather:
                var stall = new WireFault(WireFaultKind.Stall, cell.Phase == GridPhase.ReduceScatter ? bytes / 2 : bytes + (bytes / 2));
                outgoing.Arm(stall);
                OrderAll(RoundsAhead);
                await stall.Happened.WaitAsync(Limit);
                return stall.Resume;
            case GridPhase.Barrier:
                // Wait until the others are in the barrier and wait for the victim.
                var passed = job.Proxy.Lanes.Sum(static lane => lane.Forward.Passed + lane.Backward.Passed);
                foreach (var worker in job.Workers.Where(worker => worker.Rank != cell.Victim))
                {
                    worker.Order("barrier");
                }

                for (var started = Stopwatch.GetTimestamp(); job.Proxy.Lanes
                    .Sum(static lane => lane.Forward.Passed + lane.Backward.Passed) == passed;)
                {
                    if (Stopwatch.GetElapsedTime(started) > Limit)
                    {
                        throw new TimeoutException("The other ranks did not begin the barrier.");
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(5));
                }

                return static () => { };
            case GridPhase.Replacing:
                // Cut the link in the middle of an operation, and hold its replacement's connection.
                var held = job.Proxy.HoldLanesTo(Math.Max(cell.Victim, (cell.Victim + 1) % plan.World));
                outgoing.Arm(new WireFault(WireFaultKind.Reset, bytes / 2));
                OrderAll(RoundsAhead);
                await held.Arrived.WaitAsync(Limit);
                return held.Release;
            default:
                return static () => { };
        }

        void OrderAll(string line)
        {
            foreach (var worker in job.Workers)
            {
                worker.Order(line);
            }
        }
    }

    /// <summary>
    /// Returns the direction in which a rank sends to its successor in the ring. Among the connections between the two, this is the
    /// direction that has passed the most bytes.
    /// </summary>
    private ProxiedDirection Outgoing(FaultProxy proxy, int rank)
    {
        var next = (rank + 1) % plan.World;
        return next > rank
            ? proxy.LanesTo(next).Select(static lane => lane.Forward).MaxBy(static direction => direction.Passed)!
            : proxy.LanesTo(rank).Select(static lane => lane.Backward).MaxBy(static direction => direction.Passed)!;
    }
}
