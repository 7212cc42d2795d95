using System.Text.RegularExpressions;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Documentation;

/// <summary>A page of the documentation, in Markdown.</summary>
internal sealed partial class Page
{
    private readonly string[] _lines;
    private readonly List<(int Number, string Text)> _prose = [];

    private Page(string path, string[] lines)
    {
        Path = path;
        _lines = lines;
        Blocks = [.. ReadBlocks()];
    }

    /// <summary>Gets the paths of all documentation pages in the repository.</summary>
    public static TheoryData<string> All =>
    [
        "README.md", "SECURITY.md", "bench/README.md", "bench/peers/README.md", "bench/SecureCollectives.Microbenchmarks/README.md",
        "proto/README.md", .. Directory.EnumerateFiles(RepositoryRoot.PathOf("docs"), "*.md").Select(file =>
            $"docs/{System.IO.Path.GetFileName(file)}").Order(StringComparer.Ordinal),
    ];

    /// <summary>Gets the page's path in the repository.</summary>
    public string Path { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>Gets the lines outside of code blocks, with their line numbers.</summary>
    public IReadOnlyList<(int Number, string Text)> Prose => _prose;

    /// <summary>Gets the targets of the page's links, relative to the page.</summary>
    public IEnumerable<string> Links => _prose.SelectMany(line => Link().Matches(line.Text).Select(match => match.Groups[1].Value));

    /// <summary>Gets the anchors that GitHub generates for the page's headings.</summary>
    public IEnumerable<string> Anchors => _prose
        .Where(line => line.Text.StartsWith('#'))
        .Select(line => NotInAnchors().Replace(line.Text.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    public static Page Read(string path) => new(path, File.ReadAllLines(RepositoryRoot.PathOf(path)));

    private IEnumerable<CodeBlock> ReadBlocks()
    {
        const string Fence = "```";
        for (var i = 0; i < _lines.Length; i++)
        {
            if (!_lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                _prose.Add((i + 1, _lines[i]));
                continue;
            }

            var end = Array.FindIndex(_lines, i + 1, line => line == Fence);
            Assert.True(end > 0, $"{Path}:{i + 1}: the code block is not closed.");
            yield return new CodeBlock(Path, i + 1, _lines[i][Fence.Length..].Trim(), _lines[(i + 1)..end]);
            i = end;
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
