namespace SecureCollectives.Bench.Statistics;

/// <summary>Compares an overhead with the commonly claimed cost of encryption, 10 to 30 %.</summary>
internal static class ClaimedOverhead
{
    private const double Low = 10;
    private const double High = 30;

    /// <summary>Judges by the interval, so that it claims only what the rounds show; null without an interval.</summary>
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
