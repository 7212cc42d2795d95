using System.Diagnostics;
using System.Globalization;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>
/// Runs a job for some time while its links are replaced because of their age or because certificates were renewed. No call may be
/// affected.
/// </summary>
/// <param name="plan">The job.</param>
/// <param name="length">The duration of the run.</param>
/// <param name="pace">How long workers pause after each round.</param>
/// <param name="renewEvery">How often to renew all certificates in place; null for never.</param>
/// <param name="say">Receives progress messages.</param>
internal sealed class SteadyRun(JobPlan plan, TimeSpan length, TimeSpan pace, TimeSpan? renewEvery, Action<string> say)
{
    private const int RoundsAtATime = 4;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public async Task<SteadyReport> RunAsync(CancellationToken cancellationToken)
    {
        // The first certificates are issued when the job starts, which takes a while on a busy machine.
        var renewed = Stopwatch.GetTimestamp();
        await using var job = await FaultedJob.StartAsync(plan);
        var ledger = new RoundLedger(CutsRun.Distinct);
        var (started, renewals) = (Stopwatch.GetTimestamp(), 0);
        try
        {
            ledger.Learn(await job.RunAsync(CutsRun.Distinct, TimeSpan.Zero, Limit));
            while (Stopwatch.GetElapsedTime(started) < length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (renewEvery is { } interval && Stopwatch.GetElapsedTime(renewed) >= interval)
                {
                    job.Renew();
                    (renewed, renewals) = (Stopwatch.GetTimestamp(), renewals + 1);
                }

                ledger.Add(await job.RunAsync(RoundsAtATime, pace, Limit));
                say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{plan.Combination}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s of {length.TotalSeconds:0} s, "
                    + $"{ledger.Operations} operations, {ledger.Replacements} link ends replaced"));
            }

            await job.LeaveAsync();
        }
        catch (Exception exception) when (exception is WorkerFailedException or TimeoutException or InvalidOperationException)
        {
            ledger.Complaints.Add($"{exception.Message} (the workers' output is in {job.SaveOutput()})");
        }

        // No link breaks in this run, so a heal means that a replacement went wrong.
        if (ledger.Heals > 0)
        {
            ledger.Complaints.Add(string.Create(
                CultureInfo.InvariantCulture, $"{ledger.Heals} link ends broke (the workers' output is in {job.SaveOutput()})"));
        }

        return new SteadyReport(
            plan.Combination, Stopwatch.GetElapsedTime(started), ledger.Operations, ledger.Replacements, renewals,
                ledger.Durations(struck: false), ledger.Complaints);
    }
}
