using System.Globalization;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>
/// Flips single bits on the wires of a running job. Each flip must be detected: a link is replaced, or the calls fail and name a culprit.
/// None may affect a result. If HTTP/2 is not inside TLS, a flipped bit in its own framing may go unnoticed, because it has no effect.
/// </summary>
/// <param name="plan">The job.</param>
/// <param name="count">The number of flips.</param>
/// <param name="random">Chooses the flips.</param>
/// <param name="say">Receives progress messages.</param>
internal sealed class FlipsRun(JobPlan plan, int count, Random random, Action<string> say)
{
    private const int RoundsAtATime = 2;

    /// <summary>
    /// A flip in the last bytes of a round is detected when its link is used next, and some calls occur only once in all rounds.
    /// </summary>
    private const int BatchesToNotice = (CutsRun.Distinct / RoundsAtATime) + 1;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly RoundLedger _ledger = new(CutsRun.Distinct);
    private long _heals;
    private int _flips;
    private int _failed;
    private int _unnoticed;

    public async Task<SabotageReport> RunAsync(CancellationToken cancellationToken)
    {
        while (_flips < count && _ledger.Complaints.Count == 0)
        {
            await using var job = await FaultedJob.StartAsync(plan);
            try
            {
                _heals = 0;
                _ledger.Learn(await job.RunAsync(CutsRun.Distinct, TimeSpan.Zero, Limit));
                var saboteur = new Saboteur(job.Proxy, random, plan.Bytes);
                while (_flips < count)
                {
                    await FlipAsync(job, saboteur, cancellationToken);
                    say(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{plan.Combination}: {_flips} of {count} bits flipped, {_failed} named a culprit, {_unnoticed} without effect"));
                }

                await job.LeaveAsync();
            }
            catch (WorkerFailedException exception) when (exception.Failure.Culprit is not null)
            {
                // A failure that names a culprit is a valid outcome, too. Start the job again.
                _failed++;
                say($"{plan.Combination}: failed with a culprit: {exception.Message} (the workers' output is in {job.SaveOutput()})");
            }
            catch (Exception exception) when (exception is WorkerFailedException or TimeoutException or InvalidOperationException)
            {
                _ledger.Complaints.Add($"{exception.Message} (the workers' output is in {job.SaveOutput()})");
            }
        }

        return new SabotageReport
        {
            Combination = plan.Combination,
            Faults = _flips,
            Failed = _failed,
            Unnoticed = _unnoticed,
            Heals = _ledger.Heals,
            Operations = _ledger.Operations,
            Calm = _ledger.Durations(struck: false),
            Struck = _ledger.Durations(struck: true),
            Complaints = _ledger.Complaints,
        };
    }

    private async Task FlipAsync(FaultedJob job, Saboteur saboteur, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var flipping = saboteur.FlipAsync(stop.Token);
        while (!flipping.IsCompleted)
        {
            var running = job.RunAsync(RoundsAtATime, TimeSpan.Zero, Limit);
            await Task.WhenAny(running, flipping);
            if (flipping.IsCompletedSuccessfully)
            {
                _flips++;
                _ledger.AddFault(flipping.Result.At);
            }

            _ledger.Add(await running);
        }

        var (_, fault) = await flipping;
        for (var batch = 0; _ledger.Heals == _heals && batch < BatchesToNotice; batch++)
        {
            _ledger.Add(await job.RunAsync(RoundsAtATime, TimeSpan.Zero, Limit));
        }

        if (_ledger.Heals == _heals)
        {
            _unnoticed++;
            if (plan.AuthenticatesEveryByte)
            {
                _ledger.Complaints.Add($"no worker noticed the {fault} (the workers' output is in {job.SaveOutput()})");
            }
        }

        _heals = _ledger.Heals;
    }
}
