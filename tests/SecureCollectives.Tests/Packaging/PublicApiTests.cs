using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Packaging;

public sealed class PublicApiTests
{
    /// <summary>src/SecureCollectives/PublicApi.txt is reviewed; the API changes when it changes, and not by accident.</summary>
    [Fact]
    public void PublicApi_OfThePackage_IsTheReviewedOne()
    {
        var reviewed = File.ReadAllLines(RepositoryRoot.PathOf("src", "SecureCollectives", "PublicApi.txt"));
        var actual = PublicApi.Of(typeof(Job).Assembly);
        var current = Path.Combine(AppContext.BaseDirectory, "PublicApi.txt");
        File.WriteAllLines(current, actual);

        Assert.NotEmpty(actual);
        var difference = reviewed.Except(actual).Select(line => "- " + line).Concat(actual.Except(reviewed).Select(line => "+ " + line));
        Assert.True(
            actual.SequenceEqual(reviewed),
            $"The public API differs from the reviewed one. If that is meant, copy {current} to src/SecureCollectives.\n{string.Join('\n', difference)}");
    }
}
