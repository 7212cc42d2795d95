using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Opening;

/// <summary>A peer that has gone will not open its end: who opens a communicator learns so long before its time limit.</summary>
public sealed class EndedPeerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Whether it would have opened the link, or waited for it.</summary>
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
