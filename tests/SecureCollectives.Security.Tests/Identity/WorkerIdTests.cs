using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Security.Tests.Identity;

public sealed class WorkerIdTests
{
    private static readonly string LongestDomain = new('d', 255);
    private static readonly string LongestJob = new('j', 63);

    public static TheoryData<string, string, string, int> Valid => new()
    {
        { "spiffe://example.org/job/a/rank/0", "example.org", "a", 0 },
        { "spiffe://local/job/resnet-50_v1.5/rank/10", "local", "resnet-50_v1.5", 10 },
        { "spiffe://10.0.0.1/job/1/rank/2147483647", "10.0.0.1", "1", int.MaxValue },
        { "spiffe://a_b-c/job/.../rank/7", "a_b-c", "...", 7 },
        { "spiffe://d/job/job/rank/1", "d", "job", 1 },
        { $"spiffe://{LongestDomain}/job/{LongestJob}/rank/1", LongestDomain, LongestJob, 1 },
    };

    public static TheoryData<string> Invalid =>
    [
        "",
        "spiffe://",
        "spiffe:///job/a/rank/0",
        "example.org/job/a/rank/0",
        "https://example.org/job/a/rank/0",
        "SPIFFE://example.org/job/a/rank/0",
        "Spiffe://example.org/job/a/rank/0",
        " spiffe://example.org/job/a/rank/0",
        "spiffe://example.org/job/a/rank/0 ",
        "spiffe://example.org/job/a/rank/0\n",
        "spiffe://example.org/job/a/rank/0\0",
        "spiffe://example.org/job/a/rank/0/",
        "spiffe://example.org/job/a/rank/0/x",
        "spiffe://example.org/job/a/rank/0?x=1",
        "spiffe://example.org/job/a/rank/0#x",
        "spiffe://example.org//job/a/rank/0",
        "spiffe://example.org/job//a/rank/0",
        "spiffe://example.org/job/a/rank/",
        "spiffe://example.org/job/a/rank",
        "spiffe://example.org/job//rank/0",
        "spiffe://example.org/job/./rank/0",
        "spiffe://example.org/job/../rank/0",
        "spiffe://example.org/Job/a/rank/0",
        "spiffe://example.org/job/a/Rank/0",
        "spiffe://example.org/rank/0/job/a",
        "spiffe://example.org/job/A/rank/0",
        "spiffe://example.org/job/%61/rank/0",
        "spiffe://example.org/job/a%2fb/rank/0",
        "spiffe://example.org/job/a+b/rank/0",
        "spiffe://example.org/job/\u00e4/rank/0",
        "spiffe://example.org/job/\u0430/rank/0",
        "spiffe://Example.org/job/a/rank/0",
        "spiffe://example.org:443/job/a/rank/0",
        "spiffe://user@example.org/job/a/rank/0",
        "spiffe://[::1]/job/a/rank/0",
        "spiffe://example.org/job/a/rank/00",
        "spiffe://example.org/job/a/rank/01",
        "spiffe://example.org/job/a/rank/+1",
        "spiffe://example.org/job/a/rank/-1",
        "spiffe://example.org/job/a/rank/-0",
        "spiffe://example.org/job/a/rank/1.0",
        "spiffe://example.org/job/a/rank/1e3",
        "spiffe://example.org/job/a/rank/0x1",
        "spiffe://example.org/job/a/rank/1_0",
        "spiffe://example.org/job/a/rank/1,0",
        "spiffe://example.org/job/a/rank/ 1",
        "spiffe://example.org/job/a/rank/\u0661",
        "spiffe://example.org/job/a/rank/2147483648",
        "spiffe://example.org/job/a/rank/99999999999999999999",
        $"spiffe://{LongestDomain}d/job/a/rank/0",
        $"spiffe://example.org/job/{LongestJob}j/rank/0",
        "spiffe://example.org/job/a/rank/" + new string('1', 3000),
    ];

    [Theory]
    [MemberData(nameof(Valid))]
    public void TryParse_Valid_ReadsThePartsAndWritesTheSameText(string uri, string trustDomain, string job, int rank)
    {
        Assert.True(WorkerId.TryParse(uri, out var worker));
        Assert.Equal((trustDomain, job, rank), (worker.TrustDomain, worker.Job, worker.Rank));
        Assert.Equal(uri, worker.ToString());
        Assert.Equal(WorkerId.Create(trustDomain, job, rank), worker);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    [InlineData(null)]
    public void TryParse_Invalid_IsRefused(string? uri)
    {
        Assert.False(WorkerId.TryParse(uri, out var worker));
        Assert.Null(worker);
    }

    [Theory]
    [InlineData("", "a", 0)]
    [InlineData("Example", "a", 0)]
    [InlineData("example/x", "a", 0)]
    [InlineData("example", "", 0)]
    [InlineData("example", "..", 0)]
    [InlineData("example", "a/rank/1", 0)]
    [InlineData("example", "a", -1)]
    public void Create_InvalidPart_Throws(string trustDomain, string job, int rank)
        => Assert.ThrowsAny<ArgumentException>(() => WorkerId.Create(trustDomain, job, rank));

    [Fact]
    public void Equals_AnyPartDiffers_IsNotEqual()
    {
        var worker = WorkerId.Create("d", "j", 1);
        Assert.Equal(worker, WorkerId.Create("d", "j", 1));
        Assert.NotEqual(worker, WorkerId.Create("e", "j", 1));
        Assert.NotEqual(worker, WorkerId.Create("d", "k", 1));
        Assert.NotEqual(worker, WorkerId.Create("d", "j", 2));
    }

    // Each identity has one spelling: parsing a text and formatting the result gives the same text, so equal identities have equal URIs.
    [Fact]
    public void TryParse_AnyTextNearAValidUri_IsRefusedOrWrittenBackUnchanged()
    {
        var pieces = Gen.Elements(
            "spiffe://", "a", "A", "example.org", "/", "job", "rank", "..", ".", "%2f", "0", "00", "7", "+7", " ", "\n", "-", "_", "?", "#",
                ":", "@");
        var texts = Gen.Choose(0, 14).SelectMany(count => Gen.ArrayOf(pieces, count)).Select(string.Concat);
        var nearly = pieces.SelectMany(job => pieces.Select(rank => $"spiffe://example.org/job/{job}/rank/{rank}"));
        var read = 0;
        Prop.ForAll(Gen.OneOf(texts, nearly).ToArbitrary(), text =>
        {
            if (!WorkerId.TryParse(text, out var worker))
            {
                return true;
            }

            read++;
            return worker.ToString() == text;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(5000));
        Assert.True(read > 0, "No text was readable, so the generator does not serve its purpose.");
    }

    [Fact]
    public void Create_AnyValidParts_IsReadBackEqual()
    {
        var nameCharacter = Gen.Elements("abcdefghijklmnopqrstuvwxyz0123456789.-_".ToCharArray());
        var job = Gen.Choose(1, 63).SelectMany(length => Gen.ArrayOf(nameCharacter, length)).Select(chars => new string(chars))
            .Where(text => text is not "." and not "..");
        var workers = job.SelectMany(name => Gen.Choose(0, int.MaxValue).Select(rank => WorkerId.Create(name + ".example", name, rank)));
        Prop.ForAll(workers.ToArbitrary(), worker =>
            WorkerId.TryParse(worker.ToString(), out var back)
            && back == worker
            && back.ToString().EndsWith("/" + worker.Rank.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000));
    }

    [Theory]
    [InlineData("spiffe://example.org", "example.org")]
    [InlineData("spiffe://example.org/", null)]
    [InlineData("spiffe://", null)]
    [InlineData("https://example.org", null)]
    [InlineData(null, null)]
    public void TryParseTrustDomainUri_ReadsOnlyTheBareDomain(string? uri, string? trustDomain)
    {
        Assert.Equal(trustDomain is not null, WorkerId.TryParseTrustDomainUri(uri, out var read));
        Assert.Equal(trustDomain, read);
    }
}
