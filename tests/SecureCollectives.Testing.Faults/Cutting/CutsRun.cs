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

    private readonly RoundLedger _ledger = new(Distinct);
    private int _cuts;

    public async Task<SabotageReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var job = await FaultedJob.StartAsync(plan);
        var (before, after) = (default(ResourceUse), default(ResourceUse));
        try
        {
            _ledger.Learn(await job.RunAsync(Distinct, TimeSpan.Zero, Limit));
            var saboteur = new Saboteur(job.Proxy, random, plan.Bytes);
            await CutAsync(job, saboteur, count / PartToWarmUp, cancellationToken);
            before = await MeasureAsync(job);
            await CutAsync(job, saboteur, count, cancellationToken);
            after = await MeasureAsync(job, before);
            if (after.HasGrown(before, plan.World))
            {
                _ledger.Complaints.Add($"the workers hold more resources than before: {before}, then {after}");
            }

            await job.LeaveAsync();
        }
        catch (Exception exception) when (exception is WorkerFailedException or TimeoutException or InvalidOperationException)
        {
            _ledger.Complaints.Add($"{exception.Message} (the workers' output is in {job.SaveOutput()})");
        }

        return new SabotageReport
        {
            Combination = plan.Combination,
            Faults = _cuts,
            Heals = _ledger.Heals,
            Operations = _ledger.Operations,
            Calm = _ledger.Durations(struck: false),
            Struck = _ledger.Durations(struck: true),
            Before = before,
            After = after,
            Complaints = _ledger.Complaints,
        };
    }

    private async Task CutAsync(FaultedJob job, Saboteur saboteur, int until, CancellationToken cancellationToken)
    {
        Task<(long At, WireFaultKind Kind)>? cutting = null;
        while (_cuts < until)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var running = job.RunAsync(RoundsAtATime, TimeSpan.Zero, Limit);
            while (!running.IsCompleted && _cuts < until)
            {
                cutting ??= saboteur.CutAsync(cancellationToken);
                if (await Task.WhenAny(running, cutting) == cutting)
                {
                    _ledger.AddFault((await cutting).At);
                    (_cuts, cutting) = (_cuts + 1, null);
                }
            }

            _ledger.Add(await running);
            say(string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.Combination}: {_cuts} of {count} cuts, {_ledger.Heals} links healed, {_ledger.Operations} operations"));
        }
    }

    /// <summary>
    /// Measures what the workers hold after undisturbed rounds: a link that was cut at the end of a round heals only when it is used next.
    /// </summary>
    private async Task<ResourceUse> MeasureAsync(FaultedJob job, ResourceUse? before = null)
    {
        _ledger.Add(await job.RunAsync(Distinct, TimeSpan.Zero, Limit));
        return await job.UseAsync(before);
    }
}
