namespace SecureCollectives.Testing;

/// <summary>Published test vectors, which are kept outside the repository.</summary>
internal static class SharedVectors
{
    /// <summary>Returns the path of a Wycheproof file, or null if the vectors are missing; tests that need it are then skipped.</summary>
    public static string? Wycheproof(string file) => Path("wycheproof", file);

    /// <summary>Returns the path of a file with vectors of draft-irtf-cfrg-aegis-aead, or null if they are missing.</summary>
    public static string? AegisDraft(string file) => Path("aegis-draft", file);

    private static string? Path(string folder, string file)
    {
        var path = RepositoryRoot.PathOf("..", "shared", "vectors", folder, file);
        return File.Exists(path) ? path : null;
    }
}
