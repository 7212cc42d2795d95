namespace SecureCollectives.Testing;

/// <summary>A directory of one test's own, removed with all that is in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("secure-collectives-test-").FullName;

    public bool IsEmpty => !Directory.EnumerateFileSystemEntries(Path).Any();

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
