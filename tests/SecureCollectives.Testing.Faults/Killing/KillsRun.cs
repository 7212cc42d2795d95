using System.Diagnostics;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Killing;

/// <summary>
/// Kills a worker over and over, each time in a new job and at a random moment, and checks how the others fail and what is left behind.
/// </summary>
/// <param name="plan">The job.</param>
/// <param name="seed">Determines which worker is killed, and when.</param>
internal sealed class KillsRun(JobPlan plan, int seed)
{
    private const int Rounds = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(seed);

    /// <summary>The time of the slowest survivor so far, not counting stalls of the machine.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <returns>What went wrong; empty if nothing did.</returns>
    public async Task<IReadOnlyList<string>> KillOneAsync()
    {
        const int MostMilliseconds = 400;
        var complaints = new List<string>();
        await using (var job = await FaultedJob.StartAsync(plan))
        {
            foreach (var worker in job.Workers)
            {
                worker.Order($"run {Rounds} 0");
            }

            var victim = job.Workers.ElementAt(_random.Next(plan.World));
            await Task.Delay(_random.Next(MostMilliseconds));
            var at = Stopwatch.GetTimestamp();
            victim.Signal(FaultedWorker.Kill);
            await victim.ExitAsync(Limit);
            job.Proxy.Refuse(victim.Rank);
            var failures = await Task.WhenAll(job.Workers.Where(worker => worker != victim).Select(worker => worker.FailureAsync(Limit)));
            foreach (var failure in failures)
            {
                var took = Stopwatch.GetElapsedTime(at, failure.At) - failure.Stall;
                Slowest = took > Slowest ? took : Slowest;
                if (!failure.Names(victim.Rank) || took > TimeSpan.FromSeconds(3))
                {
                    complaints.Add(
                        $"rank {failure.Rank}, {took.TotalSeconds:0.00} s after the death of rank {victim.Rank}: {failure.Message}");
                }
            }
        }

        return complaints;
    }
}
