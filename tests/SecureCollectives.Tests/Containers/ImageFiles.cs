using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Containers;

/// <summary>The instructions of the Dockerfile, and the patterns of .dockerignore.</summary>
internal static class ImageFiles
{
    /// <summary>Gets the instructions of the last stage, which produces the image.</summary>
    public static string[] LastStage { get; } = [
        .. Lines("Dockerfile").Reverse().TakeWhile(line => !line.StartsWith("FROM ", StringComparison.Ordinal)).Reverse()];

    /// <summary>Gets the instructions of the stages before the last.</summary>
    public static string[] BuildStage { get; } = [.. Lines("Dockerfile").SkipLast(LastStage.Length + 1)];

    public static string User { get; } = LastStage.Last(line => line.StartsWith("USER ", StringComparison.Ordinal))["USER ".Length..];

    public static string[] Ignored { get; } = Lines(".dockerignore");

    private static string[] Lines(string file) => [.. File.ReadLines(RepositoryRoot.PathOf(file)).Where(line => line is [not '#', ..])];
}
