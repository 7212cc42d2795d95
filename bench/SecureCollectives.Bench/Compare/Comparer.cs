using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Compare;

/// <summary>
/// Runs all contenders in rounds. Each round restarts every contender's processes, in a new random order, so that neither a slow minute of
/// the machine nor a lucky process placement decides the result. Ratios are taken within a round.
/// </summary>
/// <param name="passes">The passes of all contenders.</param>
/// <param name="rounds">How many times to run each pass.</param>
/// <param name="seed">Determines the order of the passes in each round.</param>
/// <param name="coreDistance">Called before and after each pass; returns the round trip of a cache line between the machine's two
/// processors in nanoseconds, or null.</param>
/// <param name="progress">Receives the name of the current pass.</param>
internal sealed class Comparer(
    IReadOnlyList<IContenderPass> passes, int rounds, int seed, Func<double?> coreDistance, IProgress<string> progress)
{
    /// <summary>Runs until all rounds are done or the token fires; <paramref name="results"/> keeps all samples up to then.</summary>
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
                    // A contender that hung or crashed once would waste as much time in every later round.
                    results.AddFailure(pass, $"{pass.Name} failed in round {round + 1} and is skipped from then on: {e.Message}");
                }
            }
        }
    }
}
