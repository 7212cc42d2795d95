namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>What a rank has to do with its host's cores.</summary>
internal enum RankState : byte
{
    /// <summary>It has nothing to do.</summary>
    Idle,

    /// <summary>It has work and no core.</summary>
    Waiting,

    /// <summary>It has a core.</summary>
    Working,
}
