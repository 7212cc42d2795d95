namespace SecureCollectives.Testing;

/// <summary>Published test vectors, kept beside the checkout and not in it.</summary>
internal static class SharedVectors
{
    /// <summary>The path of a Wycheproof file, or null where the vectors are not there, for which a test is skipped by name.</summary>
    public static string? Wycheproof(string file) => Path("wycheproof", file);

    /// <summary>The path of a file of draft-irtf-cfrg-aegis-aead's vectors, or null as above.</summary>
    public static string? AegisDraft(string file) => Path("aegis-draft", file);

    private static string? Path(string folder, string file)
    {
        var path = RepositoryRoot.PathOf("..", "shared", "vectors", folder, file);
        return File.Exists(path) ? path : null;
    }
}
