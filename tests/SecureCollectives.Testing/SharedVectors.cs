namespace SecureCollectives.Testing;

/// <summary>Published test vectors, kept beside the checkout and not in it.</summary>
internal static class SharedVectors
{
    /// <summary>The path of a Wycheproof file, or null where the vectors are not there, for which a test is skipped by name.</summary>
    public static string? Wycheproof(string file)
    {
        var path = RepositoryRoot.PathOf("..", "shared", "vectors", "wycheproof", file);
        return File.Exists(path) ? path : null;
    }
}
