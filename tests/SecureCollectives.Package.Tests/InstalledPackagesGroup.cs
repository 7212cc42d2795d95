namespace SecureCollectives.Package.Tests;

/// <summary>Tests that share one installation. They run one after another, because each keeps all cores busy.</summary>
[CollectionDefinition(nameof(InstalledPackagesGroup))]
public sealed class InstalledPackagesGroup : ICollectionFixture<InstalledPackages>;
