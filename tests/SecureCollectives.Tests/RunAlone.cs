namespace SecureCollectives.Tests;

/// <summary>Tests that measure the process run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunAlone
{
    public const string Name = "alone";
}
