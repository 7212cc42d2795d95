using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Containers;

/// <summary>The instructions of the Dockerfile, and what .dockerignore keeps from the engine.</summary>
internal static class ImageFiles
{
    /// <summary>The instructions of the last stage, which makes the image.</summary>
    public static string[] LastStage { get; } = [
        .. Lines("Dockerfile").Reverse().TakeWhile(line => !line.StartsWith("FROM ", StringComparison.Ordinal)).Reverse()];

    /// <summary>The instructions of the stages before it.</summary>
    public static string[] BuildStage { get; } = [.. Lines("Dockerfile").SkipLast(LastStage.Length + 1)];

    public static string User { get; } = LastStage.Last(line => line.StartsWith("USER ", StringComparison.Ordinal))["USER ".Length..];

    public static string[] Ignored { get; } = Lines(".dockerignore");

    private static string[] Lines(string file) => [.. File.ReadLines(RepositoryRoot.PathOf(file)).Where(line => line is [not '#', ..])];
}
