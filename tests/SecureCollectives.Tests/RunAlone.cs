namespace SecureCollectives.Tests;

/// <summary>Collection for tests that measure the whole process: no other test runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunAlone
{
    public const string Name = "alone";
}
