using System.Text.RegularExpressions;
using SecureCollectives.Launchers;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Launchers;

/// <summary>docs/deployment.md names exactly the variables that the library reads, and the ports that it derives.</summary>
public sealed partial class DeploymentPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.PathOf("docs", "deployment.md"));

    [Fact]
    public void Table_OfAllVariables_HasWhatIsReadAndNothingElse()
    {
        var asked = new HashSet<string>();
        JobOptions.FromVariables(name =>
        {
            asked.Add(name);
            return null;
        });
        var table = Page[Page.IndexOf("## All variables", StringComparison.Ordinal)..];
        Assert.Equal(
            asked.Where(name => name.StartsWith("SECURE_COLLECTIVES_", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            OwnName().Matches(table).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(asked, name => !Page.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public void Ports_OfThePage_AreThoseThatAreDerived()
    {
        Assert.Contains($"from {DerivedPort.First} to {DerivedPort.First + DerivedPort.Count - 1}", Page);
        Assert.Contains("20000 + (31 * job + step) mod 10000", Page);
        Assert.Contains("24400 in the example", Page);
        Assert.Equal(24400, DerivedPort.Beside(29400));
    }

    [GeneratedRegex("SECURE_COLLECTIVES_[A-Z_]+")]
    private static partial Regex OwnName();
}
