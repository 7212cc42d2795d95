namespace SecureCollectives.Launchers;

/// <summary>
/// A worker's place in its job, as given by its launcher. A value is null if the launcher does not give it; the advice then tells users
/// what to set instead.
/// </summary>
/// <param name="Launcher">The launcher's name, for messages and logs; null if rank and world size were set by hand.</param>
internal sealed record LaunchedPlace(string? Launcher)
{
    public int? Rank { get; init; }

    public int? WorldSize { get; init; }

    public int? LocalRank { get; init; }

    /// <summary>Also null if hosts have different numbers of workers, or if ranks are not numbered host by host.</summary>
    public int? LocalWorldSize { get; init; }

    public string? MasterAddress { get; init; }

    public int? MasterPort { get; init; }

    /// <summary>Whether the launcher itself listens on MASTER_PORT, so that rank 0 needs another port.</summary>
    public bool TakesMasterPort { get; init; }

    /// <summary>Whether the port is derived from the run id if none is set. See <see cref="DerivedPort"/>.</summary>
    public bool DerivesPort { get; init; }

    public string? RunId { get; init; }

    /// <summary>How to set rank and world size.</summary>
    public string? RankAdvice { get; init; }

    /// <summary>How to set the address of rank 0.</summary>
    public string? AddressAdvice { get; init; }

    /// <summary>How to set the port of rank 0.</summary>
    public string? PortAdvice { get; init; }

    /// <summary>How to set the run id.</summary>
    public string? RunIdAdvice { get; init; }
}
