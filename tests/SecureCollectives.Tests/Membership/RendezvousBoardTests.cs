using SecureCollectives.Membership;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>The board on which rank 0 records claims on ranks.</summary>
public sealed class RendezvousBoardTests
{
    [Fact]
    public async Task Claim_AllRanksInAnyOrder_MakesTheRosterOnceAllAreThere()
    {
        var board = new RendezvousBoard(3);
        Assert.Null(board.Claim(Member(2)));
        Assert.Null(board.Claim(Member(0)));
        Assert.Equal([1], board.Missing);
        Assert.False(board.Roster.IsCompleted);

        var last = Member(1);
        Assert.Null(board.Claim(last));
        Assert.Empty(board.Missing);
        Assert.Equal(3, JobRoster.Read(await board.Roster, 3, last).Members.Count);
    }

    [Fact]
    public void Claim_RankTaken_AnswersTheHolderAndChangesNothing()
    {
        var board = new RendezvousBoard(2);
        var holder = Member(1);
        Assert.Null(board.Claim(holder));
        var second = Member(1);
        Assert.Same(holder, board.Claim(second));
        Assert.False(board.Release(second));
        Assert.Same(holder, board.Claim(Member(1)));
    }

    [Fact]
    public void Claim_Released_IsFree()
    {
        var board = new RendezvousBoard(2);
        var first = Member(1);
        Assert.Null(board.Claim(first));
        Assert.True(board.Release(first));
        Assert.Equal([0, 1], board.Missing);
        Assert.Null(board.Claim(Member(1)));
    }

    /// <summary>The worker's connection broke, and its new one arrives before the end of the old one is noticed.</summary>
    [Fact]
    public void Claim_SameWorkerAgain_TakesItsClaimOver()
    {
        var board = new RendezvousBoard(2);
        var first = Member(1);
        var again = first with { Nonce = first.Nonce.ToArray() };
        Assert.Null(board.Claim(first));
        Assert.Null(board.Claim(again));
        Assert.False(board.Release(first));
        Assert.Equal([0], board.Missing);
        Assert.Same(again, board.Claim(Member(1)));
    }

    [Fact]
    public void Claim_RosterIsServed_ItsPlacesStayTaken()
    {
        var board = new RendezvousBoard(1);
        var only = Member(0);
        Assert.Null(board.Claim(only));
        Assert.False(board.Release(only));
        Assert.Same(only, board.Claim(Member(0)));
        Assert.Null(board.Claim(only));
    }

    [Fact]
    public async Task GiveUp_WhileWaiting_EndsTheWaitWithTheReason()
    {
        var board = new RendezvousBoard(2);
        var reason = new MembershipException(MembershipError.MissingRanks, "Rank 1 did not join.");
        board.GiveUp(reason);
        Assert.Same(reason, await Assert.ThrowsAsync<MembershipException>(() => board.Roster));
    }

    private static RosterMember Member(int rank)
    {
        var nonce = new byte[RosterMember.NonceLength];
        Random.Shared.NextBytes(nonce);
        return new RosterMember(
            WorkerId.Create("test.example", "job-a", rank), new HostPort("127.0.0.1", 4000 + rank), nonce, AutomaticSuite.Announcement);
    }
}
