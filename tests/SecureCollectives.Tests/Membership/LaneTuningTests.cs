using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Socket tuning affects only speed: whether or not the kernel accepts it, the communicator opens and works.</summary>
public sealed class LaneTuningTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("reno")]
    public async Task Open_CongestionControlThatTheKernelHas_IsSetSilently(string? name)
    {
        await using var cluster = new LocalCluster(2);
        await OpenAndUseAsync(cluster, name);

        Assert.DoesNotContain(cluster.Logs.Logger.Entries, entry => entry.Message.Contains("congestion control", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_CongestionControlThatTheKernelLacks_SaysSoAndOpens()
    {
        await using var cluster = new LocalCluster(3);
        await OpenAndUseAsync(cluster, "no-such");

        // Each of three ranks, for each of its two links.
        await cluster.Logs.WaitForAsync(
            message => message.Contains("the kernel rejected congestion control no-such", StringComparison.Ordinal), count: 6);
    }

    private static async Task OpenAndUseAsync(LocalCluster cluster, string? name)
    {
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "tuned",
            () => new CommunicatorOptions { CongestionControl = name, LocalTransport = LocalTransport.Tcp });
        await LocalCluster.RunAsync(members, async member =>
        {
            var buffer = new int[1];
            buffer[0] = 1;
            await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
            Assert.Equal(member.Size, buffer[0]);
        });
    }
}
