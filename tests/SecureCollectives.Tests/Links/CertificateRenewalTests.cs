using SecureCollectives.Membership;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Links;

/// <summary>Certificates with a shorter lifetime than the job, renewed in place, in real time.</summary>
[Collection(RunAlone.Name)]
public sealed class CertificateRenewalTests
{
    private const int Size = 3;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RenewedEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Over more than two certificate lifetimes no operation fails, whether or not the protection keeps TLS connections open, and every
    /// long-lived connection is reopened with newer certificates.
    /// </summary>
    [Fact]
    public async Task AllReduce_OverTwoCertificateLifetimesWithRenewal_NeverFails()
    {
        await using var cluster = new LocalCluster(Size);
        RenewAll(cluster);
        var jobs = await cluster.JoinAllAsync();
        Communicator[][] groups =
        [
            await LocalCluster.OpenAllAsync(jobs, "aead", () => Options(Protection.Aead)),
            await LocalCluster.OpenAllAsync(jobs, "tls", () => Options(Protection.Tls)),
        ];
        using var pace = new PeriodicTimer(Pace);
        var operations = 0;
        var (started, renewed) = (DateTimeOffset.UtcNow, DateTimeOffset.UtcNow);
        while (DateTimeOffset.UtcNow - started < (2 * Lifetime) + RenewedEvery)
        {
            foreach (var members in groups)
            {
                await LocalCluster.RunAsync(members, async member =>
                {
                    float[] values = [member.Rank, 1];
                    await member.AllReduceAsync<float>(values, ReduceOp.Sum);
                    Assert.Equal([Size * (Size - 1) / 2, Size], values);
                });
            }

            operations++;
            if (DateTimeOffset.UtcNow - renewed >= RenewedEvery)
            {
                renewed = DateTimeOffset.UtcNow;
                RenewAll(cluster);
            }

            await pace.WaitForNextTickAsync();
        }

        Assert.True(operations >= 10, $"{operations} operations in a minute.");
        var messages = cluster.Logs.Logger.Entries.Select(entry => entry.Message).ToArray();
        Assert.Contains(messages, message => message.Contains("is being replaced before one of its", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Contains("(CertificateRenewed)", StringComparison.Ordinal));
        Assert.DoesNotContain(messages, message => message.Contains("has expired", StringComparison.Ordinal));
    }

    /// <summary>A long-lived connection is reopened before its certificates expire, and never outlives them.</summary>
    [Theory]
    [InlineData(100, 90, 100)]
    [InlineData(1, 1, 1)]
    [InlineData(0, 1, 0)]
    [InlineData(-5, 1, 0)]
    [InlineData(1_000_000_000, 3_110_400, 3_456_000)]
    public void UntilRenewal_OfTheRemainingLifetime_IsBeforeTheExpiry(int left, int renewal, int end)
    {
        var now = DateTimeOffset.UtcNow;
        Assert.Equal(
            (TimeSpan.FromSeconds(renewal), TimeSpan.FromSeconds(end)),
            (ConnectionLife.UntilRenewal(now, now.AddSeconds(left)), ConnectionLife.Left(now, now.AddSeconds(left))));
    }

    private static CommunicatorOptions Options(Protection protection) =>
        new() { Protection = protection, LocalTransport = LocalTransport.Tcp };

    private static void RenewAll(LocalCluster cluster)
    {
        for (var rank = 0; rank < Size; rank++)
        {
            cluster.Renew(rank, Lifetime);
        }
    }
}
