using SecureCollectives.Security.Identity;

namespace SecureCollectives.Security.Tests.Identity;

/// <summary>Tests the syntax of SPIFFE IDs (SPIFFE-ID, section 2). Nothing is percent-decoded or case-folded.</summary>
public sealed class SpiffeUriTests
{
    [Theory]
    [InlineData("spiffe://example.org/worker")]
    [InlineData("spiffe://example.org/ns/ml/sa/Train_1.2-x/0")]
    [InlineData("spiffe://a/.../b.")]
    public void Fault_ValidId_IsNull(string uri) => Assert.Null(SpiffeUri.Fault(uri));

    [Theory]
    [InlineData("", "does not begin with spiffe://")]
    [InlineData("SPIFFE://example.org/a", "does not begin with spiffe://")]
    [InlineData("https://example.org/a", "does not begin with spiffe://")]
    [InlineData("spiffe:///a", "no valid trust domain")]
    [InlineData("spiffe://Example.org/a", "no valid trust domain")]
    [InlineData("spiffe://example.org:443/a", "no valid trust domain")]
    [InlineData("spiffe://user@example.org/a", "no valid trust domain")]
    [InlineData("spiffe://example.org", "no path")]
    [InlineData("spiffe://example.org/", "path segment that is empty")]
    [InlineData("spiffe://example.org/a/", "path segment that is empty")]
    [InlineData("spiffe://example.org//a", "path segment that is empty")]
    [InlineData("spiffe://example.org/./a", "path segment that is empty")]
    [InlineData("spiffe://example.org/a/..", "path segment that is empty")]
    [InlineData("spiffe://example.org/a%62", "other characters")]
    [InlineData("spiffe://example.org/a b", "other characters")]
    [InlineData("spiffe://example.org/a?b", "other characters")]
    [InlineData("spiffe://example.org/a#b", "other characters")]
    [InlineData("spiffe://example.org/{rank}", "other characters")]
    [InlineData("spiffe://example.org/\u00e4", "other characters")]
    public void Fault_InvalidId_SaysWhatIsWrong(string uri, string words) =>
        Assert.Contains(words, SpiffeUri.Fault(uri), StringComparison.Ordinal);

    [Fact]
    public void Fault_LongestId_IsNullAndALongerOneIsNot()
    {
        var longest = "spiffe://example.org/" + new string('a', SpiffeUri.MaxLength - 21);
        Assert.Null(SpiffeUri.Fault(longest));
        Assert.Contains("at most 2048", SpiffeUri.Fault(longest + "a"), StringComparison.Ordinal);
    }
}
