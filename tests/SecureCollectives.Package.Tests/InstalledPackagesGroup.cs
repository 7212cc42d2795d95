namespace SecureCollectives.Package.Tests;

/// <summary>The tests that share one installation, one after the other: each fills the cores by itself.</summary>
[CollectionDefinition(nameof(InstalledPackagesGroup))]
public sealed class InstalledPackagesGroup : ICollectionFixture<InstalledPackages>;
