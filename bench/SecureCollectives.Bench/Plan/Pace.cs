namespace SecureCollectives.Bench.Plan;

/// <summary>
/// The number of operations in a batch, by variant, and the number of rounds for a size. Both are computed from times that all ranks know,
/// so that all ranks get the same result.
/// </summary>
internal sealed record Pace(IReadOnlyList<int> Iterations, int Rounds)
{
    /// <summary>
    /// The duration of a batch: long enough that starting and stopping together does not matter, and short enough that the machine's state
    /// does not change within a round.
    /// </summary>
    private const double BatchSeconds = 0.04;

    /// <summary>
    /// The time for all sizes of all collectives together. The default run stays well under four minutes even on two cores.
    /// </summary>
    private const double RunSeconds = 90;

    /// <summary>
    /// The cost of a batch in addition to its operations: one operation to wake the lanes, a barrier, and the exchange of times.
    /// </summary>
    private const double BatchOverheadSeconds = 0.003;

    private const int MostIterations = 1000;
    private const int FewestRounds = 7;
    private const int MostRounds = 25;

    /// <param name="operationSeconds">Seconds per operation, by variant.</param>
    /// <param name="visits">How many times a round visits each variant.</param>
    /// <param name="sizes">How many sizes share the run's time.</param>
    /// <param name="rounds">The number of rounds that the user requested, or null.</param>
    public static Pace Of(IReadOnlyList<double> operationSeconds, IReadOnlyList<int> visits, int sizes, int? rounds)
    {
        int[] iterations = [.. operationSeconds.Select(seconds => (int)Math.Clamp(BatchSeconds / seconds, 1, MostIterations))];
        var round = 0.0;
        for (var i = 0; i < iterations.Length; i++)
        {
            round += visits[i] * (((iterations[i] + 1) * operationSeconds[i]) + BatchOverheadSeconds);
        }

        return new Pace(iterations, rounds ?? (int)Math.Clamp(RunSeconds / sizes / round, FewestRounds, MostRounds));
    }
}
