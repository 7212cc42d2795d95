using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Opening;

/// <summary>
/// A peer that has exited never opens its end of a link: opening a communicator with it fails long before the time limit.
/// </summary>
public sealed class EndedPeerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Covers both roles: the exited rank is the initiator of the link, or its responder.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Open_PeerHasEnded_FailsAndNamesIt(int gone)
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var opening = jobs[1 - gone].OpenCommunicatorAsync("alone", new CommunicatorOptions { OpenTimeout = TimeSpan.FromHours(1) });

        await jobs[gone].DisposeAsync();

        var failure = await Assert.ThrowsAsync<MembershipException>(() => opening.WaitAsync(Limit));
        Assert.Equal(MembershipError.Unreachable, failure.Error);
        Assert.StartsWith($"Rank {gone} has ended: nothing listens at ", failure.Message, StringComparison.Ordinal);
    }
}
