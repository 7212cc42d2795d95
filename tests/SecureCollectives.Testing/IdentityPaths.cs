namespace SecureCollectives.Testing;

/// <summary>Where a worker's files lie.</summary>
internal sealed record IdentityPaths(string Certificate, string Key, string Authority)
{
    public static IdentityPaths In(string directory) => new(
        Path.Combine(directory, "worker.pem"), Path.Combine(directory, "worker-key.pem"), Path.Combine(directory, "ca.pem"));
}
