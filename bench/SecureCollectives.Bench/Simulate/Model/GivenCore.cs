namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>A core that was assigned to a rank.</summary>
/// <param name="Number">The core's index on its host.</param>
/// <param name="IsSwitched">Whether it last worked for a different rank.</param>
internal readonly record struct GivenCore(int Number, bool IsSwitched);
