using SecureCollectives.Security.Identity;

namespace SecureCollectives.Security.Tests.Identity;

/// <summary>
/// Tests identities that a template derives from ranks. They are one-to-one, and a template that could give two workers the same identity
/// is refused.
/// </summary>
public sealed class TemplateIdentitiesTests
{
    private const string TrustDomain = "example.org";

    /// <summary>Placeholders in either order, with separators and surroundings that end in characters valid in placeholders.</summary>
    public static TheoryData<string> Templates =>
    [
        "spiffe://example.org/job/{job}/rank/{rank}",
        "spiffe://example.org/ns/ml/job/{job}/rank-{rank}",
        "spiffe://example.org/{job}-{rank}",
        "spiffe://example.org/{rank}-{job}",
        "spiffe://example.org/{job}-1{rank}",
        "spiffe://example.org/{rank}1-{job}",
        "spiffe://example.org/a{job}.{rank}5/end",
        "spiffe://example.org/1{rank}_{job}",
        "spiffe://example.org/{job}1a1{rank}",
        "spiffe://example.org/{job}--{rank}",
    ];

    private static readonly string[] Jobs =
        ["a", "a-1", "a1", "1", "11", "-", "--", "a-", "a-1-1", "1a1", "a1a1", "a.b_c", "...", "0", "a1a", new string('j', 63)];

    private static readonly int[] Ranks = [0, 1, 2, 5, 9, 10, 11, 12, 15, 55, 101, 111, 16383, int.MaxValue];

    [Theory]
    [MemberData(nameof(Templates))]
    public void TryRead_CreatedIdentity_IsTheSameWorkerAndUnique(string template)
    {
        var map = TemplateIdentities.Parse(template, null);
        Assert.True(map.NamesJob);
        var workers = Jobs.SelectMany(job => Ranks.Select(rank => map.Create(TrustDomain, job, rank))).ToArray();

        Assert.Equal(workers.Length, workers.Select(worker => worker.Uri).Distinct().Count());
        foreach (var worker in workers)
        {
            Assert.Null(SpiffeUri.Fault(worker.Uri));
            Assert.True(map.TryRead(worker.Uri, out var read), worker.Uri);
            Assert.Equal(worker, read);
            Assert.Equal((worker.Job, worker.Rank, TrustDomain), (read.Job, read.Rank, read.TrustDomain));
        }
    }

    /// <summary>An identity has only one spelling. Any similar text is either refused or equals that spelling.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void TryRead_AnyTextNearAnIdentity_IsRefusedOrWrittenBackUnchanged(string template)
    {
        var map = TemplateIdentities.Parse(template, null);
        var random = new Random(20260103);
        const string Characters = "a1-.0/_{A%";
        for (var i = 0; i < 5000; i++)
        {
            var text = map.Create(TrustDomain, Jobs[random.Next(Jobs.Length)], Ranks[random.Next(Ranks.Length)]).Uri.ToCharArray().ToList();
            for (var change = random.Next(3); change >= 0; change--)
            {
                var at = random.Next(text.Count);
                if (random.Next(2) == 0)
                {
                    text.RemoveAt(at);
                }
                else
                {
                    text.Insert(at, Characters[random.Next(Characters.Length)]);
                }
            }

            var uri = string.Concat(text);
            if (map.TryRead(uri, out var worker))
            {
                Assert.Equal(uri, map.Create(TrustDomain, worker.Job, worker.Rank).Uri);
                Assert.Null(SpiffeUri.Fault(uri));
            }
        }
    }

    [Theory]
    [InlineData("spiffe://example.org/ns/ml/job/a/rank-01")]
    [InlineData("spiffe://example.org/ns/ml/job/a/rank-+1")]
    [InlineData("spiffe://example.org/ns/ml/job/a/rank-")]
    [InlineData("spiffe://example.org/ns/ml/job/a/rank-2147483648")]
    [InlineData("spiffe://example.org/ns/ml/job//rank-1")]
    [InlineData("spiffe://example.org/ns/ml/job/../rank-1")]
    [InlineData("spiffe://example.org/ns/ml/job/A/rank-1")]
    [InlineData("spiffe://example.org/ns/ml/job/a/b/rank-1")]
    [InlineData("spiffe://example.org/ns/ml/job/a/rank-1/")]
    [InlineData("spiffe://other.org/ns/ml/job/a/rank-1")]
    [InlineData("spiffe://example.org/job/a/rank/1")]
    [InlineData("")]
    [InlineData(null)]
    public void TryRead_IdentityOutsideTheTemplate_IsRefused(string? uri) =>
        Assert.False(TemplateIdentities.Parse("spiffe://example.org/ns/ml/job/{job}/rank-{rank}", null).TryRead(uri, out _));

    [Fact]
    public void Parse_TemplateWithoutJob_UsesTheWorkersJob()
    {
        var map = TemplateIdentities.Parse("spiffe://example.org/pool/{rank}", "job-a");
        Assert.False(map.NamesJob);
        Assert.True(map.TryRead("spiffe://example.org/pool/7", out var worker));
        Assert.Equal(("job-a", 7), (worker.Job, worker.Rank));
        Assert.Equal("spiffe://example.org/pool/3", worker.OfRank(3).Uri);
        Assert.Throws<ArgumentException>(() => map.Create(TrustDomain, "job-b", 7));
        Assert.Throws<ArgumentException>(() => map.Create("other.org", "job-a", 7));
    }

    [Theory]
    [InlineData("spiffe://example.org/worker", "lacks {rank}: all workers would have one identity")]
    [InlineData("spiffe://example.org/job/{job}", "could pass for any rank")]
    [InlineData("spiffe://example.org/{rank}/{rank}", "{rank} more than once")]
    [InlineData("spiffe://example.org/{job}/{job}/{rank}", "{job} more than once")]
    [InlineData("spiffe://example.org/{job}{rank}", "nothing but digits between {job} and {rank}")]
    [InlineData("spiffe://example.org/{rank}{job}", "nothing but digits between")]
    [InlineData("spiffe://example.org/{job}1{rank}", "nothing but digits between")]
    [InlineData("spiffe://example.org/{job}/{rank}/{host}", "a brace outside")]
    [InlineData("spiffe://example.org/{ job }/{rank}", "a brace outside")]
    [InlineData("spiffe://{job}.example.org/{rank}", "placeholder in its trust domain")]
    [InlineData("spiffe://example.org/%7b/{job}/{rank}", "other characters")]
    [InlineData("spiffe://example.org//{job}/{rank}", "path segment that is empty")]
    [InlineData("example.org/{job}/{rank}", "does not begin with spiffe://")]
    [InlineData("spiffe://example.org/{rank}", "names no job; set the job's name")]
    public void Parse_UnusableTemplate_IsRefusedWithReasonAndRemedy(string template, string words) => Assert.Contains(
        words, Assert.Throws<InvalidIdentityException>(() => TemplateIdentities.Parse(template, null)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_TooLongForALongJobAndRank_IsRefused() => Assert.Contains(
        "leaves no room",
        Assert.Throws<InvalidIdentityException>(
            () => TemplateIdentities.Parse("spiffe://example.org/{job}/{rank}/" + new string('a', 1950), null)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Fingerprint_OfAnotherTemplate_Differs() => Assert.NotEqual(
        TemplateIdentities.Parse("spiffe://example.org/{job}/{rank}", null).Fingerprint,
        TemplateIdentities.Parse("spiffe://example.org/{job}/{rank}/x", null).Fingerprint);
}
