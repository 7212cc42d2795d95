using SecureCollectives.Membership;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Checks the text that the control plane compares against proto/README.md.</summary>
public sealed class ControlSpecificationTests
{
    private static readonly string Specification = File.ReadAllText(RepositoryRoot.PathOf("proto", "README.md"));

    [Fact]
    public void Parameters_OfTheDefaultOptions_AreThoseOfTheSpecification() =>
        Assert.Contains($"```\n{new GroupParameters(new CommunicatorOptions(), SuiteChoice.Order[0]).List}```\n", Specification,
            StringComparison.Ordinal);
}
