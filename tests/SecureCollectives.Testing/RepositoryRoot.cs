namespace SecureCollectives.Testing;

/// <summary>The directory with the solution, found by searching upwards from the running test.</summary>
internal static class RepositoryRoot
{
    private const string Landmark = "SecureCollectives.sln";

    private static readonly Lazy<string> Found = new(Find);

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Found.Value, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Landmark)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No directory above {AppContext.BaseDirectory} has {Landmark}. Run tests from a checkout.");
    }
}
