namespace SecureCollectives.Bench.Statistics;

/// <summary>Where an overhead lies beside what people say that encryption costs, 10 to 30 %.</summary>
internal static class ClaimedOverhead
{
    private const double Low = 10;
    private const double High = 30;

    /// <summary>By its interval, so that nothing is claimed that the rounds do not show; null without one.</summary>
    public static string? Verdict(Overhead overhead) => overhead switch
    {
        { High: < Low } => "under",
        { Low: > High } => "above",
        { Low: >= Low, High: <= High } => "inside",
        { Low: < Low, High: > High } => "around",
        { Low: < Low } => "under or inside",
        { Low: not null } => "inside or above",
        _ => null,
    };
}
