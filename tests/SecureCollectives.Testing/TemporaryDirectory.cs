namespace SecureCollectives.Testing;

/// <summary>A directory for one test, removed with its contents.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("secure-collectives-test-").FullName;

    public bool IsEmpty => !Directory.EnumerateFileSystemEntries(Path).Any();

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
