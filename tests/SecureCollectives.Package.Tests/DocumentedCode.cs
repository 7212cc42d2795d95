using System.Text.RegularExpressions;

namespace SecureCollectives.Package.Tests;

/// <summary>Code blocks of the documentation, which users copy.</summary>
internal static partial class DocumentedCode
{
    /// <summary>The program in the package's README.</summary>
    public static string Sample => Assert.Single(Blocks("csharp", "src", "SecureCollectives", "PACKAGE.md"));

    /// <summary>The nuget.config that makes NuGet take the library from a folder.</summary>
    public static string Configuration => Assert.Single(Blocks("xml", "docs", "install.md"), block => block.StartsWith("<configuration>"));

    /// <summary>Returns the code blocks of one language in a page.</summary>
    /// <param name="language">The language after the block's opening fence.</param>
    /// <param name="path">The path of the page, in parts, relative to the repository's root.</param>
    public static string[] Blocks(string language, params string[] path) =>
    [
        .. Block().Matches(File.ReadAllText(RepositoryRoot.PathOf(path)))
            .Where(match => match.Groups["language"].Value == language)
            .Select(match => match.Groups["text"].Value),
    ];

    [GeneratedRegex(@"^```(?<language>\w*)(?: [^\n]*)?\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
