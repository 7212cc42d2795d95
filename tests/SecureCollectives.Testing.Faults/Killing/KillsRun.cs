using System.Diagnostics;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Killing;

/// <summary>
/// Kills a worker of a job over and over, each time of a new job, at a moment of its own, and looks at how the others end and at what is
/// left.
/// </summary>
/// <param name="plan">The job.</param>
/// <param name="seed">Decides who is killed, and when.</param>
internal sealed class KillsRun(JobPlan plan, int seed)
{
    private const int Rounds = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(seed);

    /// <summary>How long the slowest survivor took so far, without what the machine let it wait.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <returns>What should not be; nothing where all is well.</returns>
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
                        $"rank {failure.Rank} said after {took.TotalSeconds:0.00} s of the death of rank {victim.Rank}: {failure.Message}");
                }
            }
        }

        return complaints;
    }
}
