using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Real workers with the system's resolver, in a network namespace with its own addresses.</summary>
public sealed class JoinNamespaceTests
{
    private const string Loopback = "127.0.0.1 localhost\n";

    private const string Primary = "10.77.0.1";

    /// <summary>
    /// Connections to this address originate from the primary one, so the route does not reveal where rank 0 must listen.
    /// </summary>
    private const string Secondary = "10.77.0.2";

    [Fact]
    public async Task Train_NamePublishedLaterAtASecondaryAddress_AllJoin()
    {
        Assert.SkipUnless(NetworkNamespace.IsAllowed, "Only root may create network namespaces.");
        await using var cluster = new LocalCluster(2);
        using var directory = new TemporaryDirectory();
        var hosts = directory.Combine("hosts");
        await File.WriteAllTextAsync(hosts, Loopback);
        using var host = await NetworkNamespace.CreateAsync(hosts, $"{Primary}/24", $"{Secondary}/24");
        using var zero = Start(cluster, host, rank: 0);
        using var one = Start(cluster, host, rank: 1);

        string line;
        do
        {
            line = await zero.ReadLineAsync();
        }
        while (!line.Contains("The name 'rank-zero.test' of rank 0 (MASTER_ADDR) does not resolve", StringComparison.Ordinal));

        await File.WriteAllTextAsync(hosts, $"{Loopback}{Secondary} rank-zero.test\n");

        var codes = await Task.WhenAll(zero.ExitAsync(), one.ExitAsync());
        Assert.All(codes, code => Assert.Equal(0, code));
    }

    private static WorkerProcess Start(LocalCluster cluster, NetworkNamespace host, int rank)
    {
        var place = cluster.Options(rank);
        place.MasterAddress = "rank-zero.test";
        return new WorkerProcess(place, host.Start("secure-collectives", "train", "--quiet", "--epochs", "1"));
    }
}
