using System.Text.RegularExpressions;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Packaging;

/// <summary>SECURITY.md names the file of each mechanism and the test of each claim; both must be there.</summary>
public sealed partial class SecurityPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.PathOf("SECURITY.md"));

    [Fact]
    public void Tests_Named_Exist()
    {
        var sources = Directory.EnumerateFiles(RepositoryRoot.PathOf("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        var named = TestName().Matches(Page).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).Distinct().ToArray();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, test => !sources[test.Class].Any(source => source.Contains($" {test.Method}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Files_Named_Exist()
    {
        var named = FileName().Matches(Page).Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, name => !Candidates(name).Any(path => File.Exists(path)));
    }

    /// <summary>"Security/Keys/KeyChain.cs" is in src/SecureCollectives.Security, "Membership/WorkerService.cs" in src/SecureCollectives itself.</summary>
    private static string[] Candidates(string name) =>
        [RepositoryRoot.PathOf("src", $"SecureCollectives.{name}"), RepositoryRoot.PathOf("src", "SecureCollectives", name)];

    [GeneratedRegex(@"`(\w+Tests)(?:\.(\w+))?`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"`([\w/]+\.cs)`")]
    private static partial Regex FileName();
}
