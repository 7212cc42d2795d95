using System.Net;
using SecureCollectives.Membership;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Members that workers on other hosts cannot reach. No machine has an address in 192.0.2.0/24 (RFC 5737).</summary>
public sealed class LoopbackEndpointsTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    [Theory]
    [InlineData("127.0.0.1", "rank 0 advertised an address that only its own host reaches (127.0.0.1:29500)")]
    [InlineData("localhost", "rank 0 advertised an address that only its own host reaches (localhost:29500)")]
    [InlineData("::1", "rank 0 advertised an address that only its own host reaches ([::1]:29500)")]
    [InlineData("0.0.0.0", "rank 0 advertised an address that only its own host reaches (0.0.0.0:29500)")]
    [InlineData("::", "rank 0 advertised an address that only its own host reaches ([::]:29500)")]
    [InlineData("::ffff:0.0.0.0", "rank 0 advertised an address that only its own host reaches ([::ffff:0.0.0.0]:29500)")]
    public void Refusal_LoopbackAndAWorkerOfAnotherHost_NamesBoth(string host, string words)
    {
        var refusal = LoopbackEndpoints.Refusal([Member(0, host), Member(1, Elsewhere.ToString())], [null, Elsewhere]);
        Assert.NotNull(refusal);
        Assert.Contains("rank 1 joined from 192.0.2.7", refusal);
        Assert.Contains(words, refusal);
        Assert.Contains("Set MASTER_ADDR", refusal);
    }

    [Fact]
    public void Refusal_AllOnThisHost_IsNone()
    {
        Assert.Null(LoopbackEndpoints.Refusal([Member(0, "127.0.0.1"), Member(1, "127.0.0.1")], [null, IPAddress.Loopback]));
        Assert.Null(LoopbackEndpoints.Refusal([Member(0, "192.0.2.1"), Member(1, "127.0.0.1")], [null, IPAddress.Parse("127.0.1.1")]));
    }

    [Fact]
    public void Refusal_NobodyOnLoopback_IsNone() =>
        Assert.Null(LoopbackEndpoints.Refusal([Member(0, "192.0.2.1"), Member(1, "192.0.2.7")], [null, Elsewhere]));

    [Fact]
    public async Task Claim_MembersCannotReachEachOther_FailsTheRoster()
    {
        var board = new RendezvousBoard(2);
        Assert.Null(board.Claim(Member(0, "127.0.0.1")));
        Assert.Null(board.Claim(Member(1, "192.0.2.7"), Elsewhere));
        var failure = await Assert.ThrowsAsync<MembershipException>(() => board.Roster);
        Assert.Equal(MembershipError.Configuration, failure.Error);
    }

    private static RosterMember Member(int rank, string host) => new(
        WorkerId.Create("test.example", "job-a", rank), new HostPort(host, 29500), new byte[RosterMember.NonceLength],
        AutomaticSuite.Announcement);
}
