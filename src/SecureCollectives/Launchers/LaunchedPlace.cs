namespace SecureCollectives.Launchers;

/// <summary>
/// What a launcher says of this worker's place in its job. Null is what it does not say; the advice tells users what to set instead.
/// </summary>
/// <param name="Launcher">Its name, for messages and logs; null where rank and world size were set by hand.</param>
internal sealed record LaunchedPlace(string? Launcher)
{
    public int? Rank { get; init; }

    public int? WorldSize { get; init; }

    public int? LocalRank { get; init; }

    /// <summary>Null as well where hosts have unequal numbers of workers, or where ranks are not counted host by host.</summary>
    public int? LocalWorldSize { get; init; }

    public string? MasterAddress { get; init; }

    public int? MasterPort { get; init; }

    /// <summary>Whether MASTER_PORT is a port that the launcher itself listens on, so that rank 0 needs another.</summary>
    public bool TakesMasterPort { get; init; }

    /// <summary>Whether a port that nobody set is derived from the run id. See <see cref="DerivedPort"/>.</summary>
    public bool DerivesPort { get; init; }

    public string? RunId { get; init; }

    /// <summary>How rank and world size can be given.</summary>
    public string? RankAdvice { get; init; }

    /// <summary>How the address of rank 0 can be given.</summary>
    public string? AddressAdvice { get; init; }

    /// <summary>How the port of rank 0 can be given.</summary>
    public string? PortAdvice { get; init; }

    /// <summary>How the run id can be given.</summary>
    public string? RunIdAdvice { get; init; }
}
