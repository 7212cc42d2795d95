namespace SecureCollectives.Bench.Plan;

/// <summary>
/// How many operations a batch has, by variant, and how many rounds a size gets. From times that all ranks know, so all decide alike.
/// </summary>
internal sealed record Pace(IReadOnlyList<int> Iterations, int Rounds)
{
    /// <summary>
    /// Long enough that starting and stopping together does not count, short enough that a round sees one state of the machine.
    /// </summary>
    private const double BatchSeconds = 0.04;

    /// <summary>All sizes of all collectives together, so that the default run stays well under four minutes even on two cores.</summary>
    private const double RunSeconds = 90;

    /// <summary>What a batch costs besides its operations: one more to wake the lanes, barrier, exchange of times.</summary>
    private const double BatchOverheadSeconds = 0.003;

    private const int MostIterations = 1000;
    private const int FewestRounds = 7;
    private const int MostRounds = 25;

    /// <param name="operationSeconds">Of one operation, by variant.</param>
    /// <param name="visits">How often a round visits each variant.</param>
    /// <param name="sizes">How many sizes share the run's time.</param>
    /// <param name="rounds">What the user asked for, or null.</param>
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
