using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Tests.Membership;

/// <summary>The announcement of a worker's suites.</summary>
public sealed class SuiteAnnouncementTests
{
    /// <summary>Gets malformed announcements in hexadecimal: empty, with code 0, unordered, with duplicates, and too long.</summary>
    public static TheoryData<string> Malformed =>
        ["", "00", "0001", "0101", "0201", "010302", "01020203", "FFFF", Convert.ToHexString(
            [.. Enumerable.Range(1, 33).Select(static code => (byte)code)])];

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Read_Malformed_IsNothing(string codes) => Assert.Null(SuiteAnnouncement.Read(Convert.FromHexString(codes)));

    [Fact]
    public void Read_CodesInOrder_KeepsThemAndThoseOfLaterVersionsToo()
    {
        var announcement = SuiteAnnouncement.Read([1, 4, 200, 255])!;

        Assert.Equal([1, 4, 200, 255], announcement.Codes.ToArray());
        Assert.True(announcement.Has(SuiteCode.Aes256Gcm) && announcement.Has(SuiteCode.Aegis256));
        Assert.False(announcement.Has(SuiteCode.ChaCha20Poly1305) || announcement.Has(SuiteCode.Aegis128L)
            || announcement.Has(SuiteCode.None));
    }

    [Fact]
    public void Read_TheLongest_IsRead() =>
        Assert.NotNull(SuiteAnnouncement.Read([.. Enumerable.Range(1, SuiteAnnouncement.MaxCount).Select(static code => (byte)code)]));

    [Fact]
    public void Of_LocalSuites_IsWhatIsUsableAndCanBeRead()
    {
        var announcement = SuiteAnnouncement.Of(new LocalSuites((SuiteCode.ChaCha20Poly1305, "none here")));

        Assert.Equal([1, 3, 4], announcement.Codes.ToArray());
        Assert.True(SuiteAnnouncement.Read(announcement.Codes)!.IsSameAs(announcement));
        Assert.False(SuiteAnnouncement.Read([1, 3])!.IsSameAs(announcement));
        Assert.False(SuiteAnnouncement.Read([1, 3, 5])!.IsSameAs(announcement));
    }
}
