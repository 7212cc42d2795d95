namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>A rank's state with respect to its host's cores.</summary>
internal enum RankState : byte
{
    /// <summary>The rank has no work.</summary>
    Idle,

    /// <summary>The rank has work but no core.</summary>
    Waiting,

    /// <summary>The rank has a core.</summary>
    Working,
}
