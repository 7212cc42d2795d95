namespace SecureCollectives.Bench.Compare;

/// <summary>
/// Runs all contenders in rounds. Each round starts the processes of each contender anew, in an order of its own, so that neither a slow minute of the
/// machine nor a lucky placement of one process decides; ratios are taken within a round.
/// </summary>
internal sealed class Comparer(IReadOnlyList<IContenderPass> passes, int rounds, int seed, IProgress<string> progress)
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
                    continue;
                progress.Report($"round {round + 1} of {rounds}: {pass.Name}");
                try
                {
                    results.Add(round, await pass.RunAsync(round, cancellationToken).ConfigureAwait(false));
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
