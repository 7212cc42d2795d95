using System.Globalization;
using SecureCollectives.Testing.Faults.Jobs;
using SecureCollectives.Testing.Proxies;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>
/// Cuts connections of a running job, again and again. Every result must equal that of an undisturbed run, and no resources may leak.
/// </summary>
/// <param name="plan">The job.</param>
/// <param name="count">The number of cuts.</param>
/// <param name="random">Chooses the cuts.</param>
/// <param name="say">Receives progress messages.</param>
internal sealed class CutsRun(JobPlan plan, int count, Random random, Action<string> say)
{
    /// <summary>The number of rounds after which inputs repeat.</summary>
    public const int Distinct = 12;

    private const int RoundsAtATime = 4;

    /// <summary>After this fraction (1/n) of the cuts, everything that is created once exists.</summary>
    private const int PartToWarmUp = 5;

    /// <summary>A round that hangs fails by its own time limit. This limit catches a worker that says nothing at all.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public async Task<SabotageReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var job = await FaultedJob.StartAsync(plan);
        var ledger = new RoundLedger(Distinct);
        var (cuts, before, after) = (0, default(ResourceUse), default(ResourceUse));
        try
        {
            ledger.Learn(await job.RunAsync(Distinct, TimeSpan.Zero, Limit));
            var saboteur = new Saboteur(job.Proxy, random, plan.Bytes);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task<(long At, WireFaultKind Kind)>? cutting = null;
            while (cuts < count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var running = job.RunAsync(RoundsAtATime, TimeSpan.Zero, Limit);
                while (!running.IsCompleted && cuts < count)
                {
                    cutting ??= saboteur.CutAsync(stop.Token);
                    if (await Task.WhenAny(running, cutting) == cutting)
                    {
                        ledger.AddFault((await cutting).At);
                        (cuts, cutting) = (cuts + 1, null);
                    }
                }

                ledger.Add(await running);
                if (before is null && cuts >= count / PartToWarmUp)
                {
                    before = await job.UseAsync();
                }

                say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{plan.Combination}: {cuts} of {count} cuts, {ledger.Heals} links healed, {ledger.Operations} operations"));
            }

            // The last cuts heal, and an undisturbed run gives the same results as the first.
            ledger.Add(await job.RunAsync(Distinct, TimeSpan.Zero, Limit));
            after = await job.UseAsync(before);
            if (before is not null && after.HasGrown(before, plan.World))
            {
                ledger.Complaints.Add($"the workers hold more resources than before: {before}, then {after}");
            }

            await job.LeaveAsync();
        }
        catch (Exception exception) when (exception is WorkerFailedException or TimeoutException or InvalidOperationException)
        {
            ledger.Complaints.Add($"{exception.Message} (the workers' output is in {job.SaveOutput()})");
        }

        return new SabotageReport
        {
            Combination = plan.Combination,
            Faults = cuts,
            Heals = ledger.Heals,
            Operations = ledger.Operations,
            Calm = ledger.Durations(struck: false),
            Struck = ledger.Durations(struck: true),
            Before = before,
            After = after,
            Complaints = ledger.Complaints,
        };
    }
}
