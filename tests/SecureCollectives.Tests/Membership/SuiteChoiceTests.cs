using SecureCollectives.Membership;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Tests.Membership;

/// <summary>The choice of a job's suite, which depends only on its roster.</summary>
public sealed class SuiteChoiceTests
{
    private const byte Aes = (byte)SuiteCode.Aes256Gcm;
    private const byte ChaCha = (byte)SuiteCode.ChaCha20Poly1305;
    private const byte Aegis128L = (byte)SuiteCode.Aegis128L;
    private const byte Aegis256 = (byte)SuiteCode.Aegis256;
    private const byte Later = 77;

    private static readonly LocalSuites Complete = new();

    public static TheoryData<byte[][], byte> Rosters => new()
    {
        { [[Aes, ChaCha, Aegis128L, Aegis256]], Aegis128L },
        { [[Aes, ChaCha, Aegis128L, Aegis256], [Aes, ChaCha, Aegis128L, Aegis256]], Aegis128L },
        { [[Aes, ChaCha, Aegis128L, Aegis256], [Aes, ChaCha, Aegis256]], Aegis256 },
        { [[Aes, ChaCha, Aegis128L], [Aes, ChaCha, Aegis256]], Aes },
        { [[Aes, ChaCha, Aegis128L, Aegis256], [Aes, ChaCha], [Aes, ChaCha, Aegis128L, Aegis256]], Aes },
        { [[Aes, ChaCha, Aegis128L, Aegis256], [ChaCha]], ChaCha },
        { [[Aes, Aegis128L], [ChaCha, Aegis128L]], Aegis128L },
        { [[Aes], [ChaCha]], (byte)SuiteCode.None },

        // Suites of later versions, unknown to this version, are never chosen, even if all members announce them.
        { [[Aes, ChaCha, Later], [Aes, ChaCha, Later]], Aes },
        { [[Later], [Later]], (byte)SuiteCode.None },
    };

    [Fact]
    public void Order_EverySuiteThatSeals_IsInItOnce() =>
        Assert.Equal(Enum.GetValues<SuiteCode>().Where(static suite => suite != SuiteCode.None), SuiteChoice.Order.Order());

    [Theory]
    [MemberData(nameof(Rosters))]
    public void Automatic_IsTheFirstOfTheOrderThatAllAnnounced(byte[][] announced, byte expected) =>
        Assert.Equal((SuiteCode)expected, Choice(announced).Automatic);

    /// <summary>
    /// For all 15 announcements of known suites in worlds of 3: the chosen suite is in every announcement, and no suite before it in the
    /// order is.
    /// </summary>
    [Fact]
    public void Automatic_EveryRosterOfThree_IsInEveryAnnouncementAndNothingBetterIs()
    {
        byte[][] all = [.. Enumerable.Range(1, 15).Select(
            static bits => Enumerable.Range(0, 4).Where(bit => (bits & (1 << bit)) != 0).Select(static bit => (byte)(bit + 1)).ToArray())];
        foreach (var first in all)
        {
            foreach (var second in all)
            {
                foreach (var third in all)
                {
                    var choice = Choice(first, second, third);
                    var common = first.Intersect(second).Intersect(third).Select(static code => (SuiteCode)code).ToHashSet();
                    Assert.Equal(choice.Automatic != SuiteCode.None, common.Count > 0);
                    Assert.Equal(common.OrderBy(suite => SuiteChoice.Order.ToList().IndexOf(suite)).FirstOrDefault(), choice.Automatic);
                    Assert.Equal(choice.Automatic, Choice(third, first, second).Automatic);
                }
            }
        }
    }

    [Fact]
    public void PassedOver_RanksThatForceASlowerSuite_AreNamedPerSuite()
    {
        var passedOver = Choice([Aes, ChaCha, Aegis128L, Aegis256], [Aes, ChaCha, Aegis256], [Aes, ChaCha, Aegis128L, Aegis256],
            [Aes, ChaCha]).PassedOver.ToArray();

        Assert.Equal([SuiteCode.Aegis128L, SuiteCode.Aegis256], passedOver.Select(static entry => entry.Suite));
        Assert.Equal([1, 3], passedOver[0].Ranks);
        Assert.Equal([3], passedOver[1].Ranks);
    }

    [Fact]
    public void PassedOver_NothingInCommonOrTheBest_IsEmpty()
    {
        Assert.Empty(Choice([Aes], [ChaCha]).PassedOver);
        Assert.Empty(Choice([Aes, Aegis128L], [ChaCha, Aegis128L]).PassedOver);
    }

    [Theory]
    [InlineData(CipherSuite.Aes256Gcm, (byte)SuiteCode.Aes256Gcm)]
    [InlineData(CipherSuite.ChaCha20Poly1305, (byte)SuiteCode.ChaCha20Poly1305)]
    [InlineData(CipherSuite.Aegis128L, (byte)SuiteCode.Aegis128L)]
    [InlineData(CipherSuite.Aegis256, (byte)SuiteCode.Aegis256)]
    [InlineData(CipherSuite.Automatic, (byte)SuiteCode.Aegis128L)]
    public void For_SuiteThatAllCanUse_IsThatSuite(CipherSuite wanted, byte expected) =>
        Assert.Equal((SuiteCode)expected, Choice([Aes, ChaCha, Aegis128L, Aegis256], [Aes, ChaCha, Aegis128L, Aegis256]).For(wanted));

    [Fact]
    public void For_SuiteThatAnotherRankCannotUse_NamesTheRankAndTheRemedy()
    {
        var failure = Assert.Throws<MembershipException>(
            () => Choice([Aes, ChaCha, Aegis128L], [Aes, ChaCha], [Aes]).For(CipherSuite.Aegis128L));

        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Equal(
            "Ranks 1, 2 cannot use the suite Aegis128L. The log of Rank 1 says why. Leave the suite Automatic, or choose one that all "
                + "ranks can use: Aes256Gcm.",
            failure.Message);
    }

    [Fact]
    public void For_SuiteThatThisWorkerCannotUse_SaysWhy()
    {
        var choice = new SuiteChoice([Member(0, [Aes, ChaCha])], new LocalSuites((SuiteCode.Aegis256, "the moon is full")));

        var failure = Assert.Throws<MembershipException>(() => choice.For(CipherSuite.Aegis256));

        Assert.Equal(
            "Rank 0 cannot use the suite Aegis256. Here: the moon is full. Leave the suite Automatic, or choose one that all ranks can "
                + "use: Aes256Gcm, ChaCha20Poly1305.",
            failure.Message);
    }

    [Fact]
    public void For_NothingInCommon_SaysSo()
    {
        var choice = Choice([Aes], [ChaCha]);

        Assert.Contains("have no cipher in common", Assert.Throws<MembershipException>(() => choice.For(CipherSuite.Automatic)).Message);
        Assert.EndsWith("one that all ranks can use: there is none.",
            Assert.Throws<MembershipException>(() => choice.For(CipherSuite.Aes256Gcm)).Message);
    }

    private static SuiteChoice Choice(params byte[][] announced) =>
        new([.. announced.Select(static (codes, rank) => Member(rank, codes))], Complete);

    private static RosterMember Member(int rank, byte[] codes) => new(
        WorkerId.Create("test.example", "job-a", rank), new HostPort("10.0.0.1", 4000 + rank), new byte[RosterMember.NonceLength],
            SuiteAnnouncement.Read(codes)!);
}
