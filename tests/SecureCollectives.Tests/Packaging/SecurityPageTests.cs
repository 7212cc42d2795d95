using System.Text.RegularExpressions;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Packaging;

/// <summary>
/// SECURITY.md names the source file of each mechanism and the test of each claim: the file must exist, and the test must exist and run.
/// </summary>
public sealed partial class SecurityPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.PathOf("SECURITY.md"));

    [Fact]
    public void Tests_Named_AreTestsThatRun()
    {
        var running = TestCatalogue.Running();
        var known = running.Select(test => $"{test.Class}.{test.Method}").Concat(running.Select(test => test.Class)).ToHashSet();
        var named = TestName().Matches(Page).Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.NotEmpty(named);
        AssertNone(named.Where(name => !known.Contains(name)));
    }

    [Fact]
    public void Paths_Named_Exist()
    {
        var named = PathName().Matches(Page).Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.NotEmpty(named);
        AssertNone(named.Where(name => !Candidates(name).Any(Path.Exists)));
    }

    [Fact]
    public void Rows_OfTablesWithProofs_NameATest()
    {
        var rows = new List<string>();
        var isProof = false;
        foreach (var line in Page.Split('\n'))
        {
            isProof = line.StartsWith('|') && (isProof || line.EndsWith("| proof |", StringComparison.Ordinal));
            if (isProof && !line.EndsWith("| proof |", StringComparison.Ordinal) && !line.StartsWith("|---", StringComparison.Ordinal))
            {
                rows.Add(line);
            }
        }

        Assert.NotEmpty(rows);
        AssertNone(rows.Where(row => !TestName().IsMatch(row.Split('|')[^2])));
    }

    private static void AssertNone(IEnumerable<string> offences)
    {
        var all = offences.ToArray();
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    /// <summary>
    /// Returns the paths that a name may stand for: "Security/Keys/KeyChain.cs" is in src/SecureCollectives.Security,
    /// "Membership/WorkerService.cs" in src/SecureCollectives.
    /// </summary>
    private static string[] Candidates(string name) =>
        [RepositoryRoot.PathOf("src", $"SecureCollectives.{name}"), RepositoryRoot.PathOf("src", "SecureCollectives", name), RepositoryRoot
            .PathOf(name)];

    [GeneratedRegex(@"`(\w+Tests(?:\.\w+)?)`")]
    private static partial Regex TestName();

    /// <summary>Matches a path with a folder, or a source file.</summary>
    [GeneratedRegex(@"`([\w.-]+(?:/[\w.-]+)+|[\w.]+\.cs)`")]
    private static partial Regex PathName();
}
