using System.Text.RegularExpressions;

namespace SecureCollectives.Package.Tests;

/// <summary>The blocks of code in the pages that users copy from.</summary>
internal static partial class DocumentedCode
{
    /// <summary>The program in the package's own page.</summary>
    public static string Sample => Assert.Single(Blocks("csharp", "src", "SecureCollectives", "PACKAGE.md"));

    /// <summary>The nuget.config that takes the library from a folder.</summary>
    public static string Configuration => Assert.Single(Blocks("xml", "docs", "install.md"), block => block.StartsWith("<configuration>"));

    /// <param name="language">As behind the block's opening fence.</param>
    /// <param name="path">The page.</param>
    public static string[] Blocks(string language, params string[] path) =>
    [
        .. Block().Matches(File.ReadAllText(RepositoryRoot.PathOf(path)))
            .Where(match => match.Groups["language"].Value == language)
            .Select(match => match.Groups["text"].Value),
    ];

    [GeneratedRegex(@"^```(?<language>\w*)(?: [^\n]*)?\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
