using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Compare;

/// <summary>
/// Runs all contenders in rounds. Each round starts the processes of each contender anew, in an order of its own, so that neither a slow
/// minute of the machine nor a lucky placement of one process decides; ratios are taken within a round.
/// </summary>
/// <param name="passes">All contenders.</param>
/// <param name="rounds">How often each is started.</param>
/// <param name="seed">Decides the order.</param>
/// <param name="coreDistance">Asked before and after each pass: nanoseconds of a cache line's round trip between the machine's two
/// processors, or null.</param>
/// <param name="progress">Told what runs.</param>
internal sealed class Comparer(
    IReadOnlyList<IContenderPass> passes, int rounds, int seed, Func<double?> coreDistance, IProgress<string> progress)
{
    /// <summary>Runs until all rounds are done or the token fires; what <paramref name="results"/> holds by then stays.</summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task RunAsync(CompareResults results, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        for (var round = 0; round < rounds; round++)
        {
            var order = passes.ToArray();
            random.Shuffle(order);
            foreach (var pass in order)
            {
                if (results.HasFailed(pass))
                {
                    continue;
                }

                progress.Report($"round {round + 1} of {rounds}: {pass.Name}");
                try
                {
                    var before = coreDistance();
                    var samples = await pass.RunAsync(round, cancellationToken).ConfigureAwait(false);
                    results.Add(round, samples, CoreDistance.StateOf(before, coreDistance()));
                }
                catch (ContenderFailedException e)
                {
                    // What hung or crashed once would cost as much again in each round.
                    results.AddFailure(pass, $"{pass.Name} failed in round {round + 1} and is left out from there on: {e.Message}");
                }
            }
        }
    }
}
