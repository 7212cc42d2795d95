namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>A core that a rank may use.</summary>
/// <param name="Number">Of the host's cores.</param>
/// <param name="IsSwitched">Whether it worked for another rank before.</param>
internal readonly record struct GivenCore(int Number, bool IsSwitched);
