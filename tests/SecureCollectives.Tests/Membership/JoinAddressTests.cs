using System.Net;
using System.Net.Sockets;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Names and addresses as found in clusters: published late, several for one name, and other than rank 0 would choose.</summary>
public sealed class JoinAddressTests
{
    private const string Name = "rank-zero.test";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.9");

    [Fact]
    public async Task Join_NameResolvesLater_AllRetryAndJoin()
    {
        await using var cluster = new LocalCluster(2);
        var isPublished = false;
        var asked = 0;
        JobOptions Options(int rank)
        {
            var options = cluster.Options(rank);
            options.MasterAddress = Name;
            options.Resolve = (host, _) =>
            {
                Assert.Equal(Name, host);
                Interlocked.Increment(ref asked);
                return Volatile.Read(ref isPublished)
                    ? Task.FromResult<IPAddress[]>([IPAddress.Loopback])
                    : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
            };
            return options;
        }

        var joining = Enumerable.Range(0, 2).Select(rank => cluster.JoinAsync(Options(rank))).ToArray();
        await cluster.Logs.WaitForAsync(
            message => message.StartsWith($"The name '{Name}' of rank 0 (MASTER_ADDR) does not resolve", StringComparison.Ordinal));
        await cluster.Logs.WaitForAsync(
            message => message.Contains($"The host name '{Name}' could not be resolved", StringComparison.Ordinal));
        Assert.All(joining, join => Assert.False(join.IsCompleted));
        Volatile.Write(ref isPublished, true);

        await Task.WhenAll(joining).WaitAsync(Limit);
        Assert.InRange(asked, 4, 100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Join_NameNeverResolves_ReportsTheResolversErrorAndTheTimeLimit(int rank)
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(rank);
        options.MasterAddress = Name;
        options.JoinTimeout = TimeSpan.FromSeconds(1.5);
        options.Resolve = (_, _) => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));

        var failure = await Assert.ThrowsAsync<MembershipException>(() => Job.JoinAsync(options).WaitAsync(Limit));

        Assert.Equal(MembershipError.Unreachable, failure.Error);
        Assert.Contains($"'{Name}'", failure.Message);
        Assert.Contains("could not be resolved", failure.Message);
        Assert.Contains("within 1.5 s", failure.Message);
        Assert.Contains(new SocketException((int)SocketError.HostNotFound).Message, failure.Message);
    }

    /// <summary>A resolver that never answers, as when the packets of the name service are lost.</summary>
    [Fact]
    public async Task Join_NameServiceSilent_EndsWithTheJoinsTimeLimit()
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(0);
        options.MasterAddress = Name;
        options.JoinTimeout = TimeSpan.FromSeconds(1);
        options.Resolve = (_, _) => new TaskCompletionSource<IPAddress[]>().Task;

        var failure = await Assert.ThrowsAsync<MembershipException>(() => Job.JoinAsync(options).WaitAsync(Limit));
        Assert.Contains("within 1 s: the name service did not answer", failure.Message);
    }

    /// <summary>Like a name with a dead IPv6 address before a working IPv4 one: nothing answers at the first address.</summary>
    [Fact]
    public async Task Join_FirstAddressOfTheNameSilent_UsesTheSecond()
    {
        await using var cluster = new LocalCluster(2);
        using var silent = new SilentAddress(IPAddress.Parse("127.0.0.2"), cluster.MasterPort);
        var options = cluster.Options(1);
        options.MasterAddress = Name;
        options.Resolve = (_, _) => Task.FromResult<IPAddress[]>([silent.EndPoint.Address, IPAddress.Loopback]);

        await Task.WhenAll(cluster.JoinAsync(cluster.Options(0)), cluster.JoinAsync(options)).WaitAsync(Limit);

        // The worker announces the local address of the connection that works, not that of a route to the silent address.
        Assert.Contains(
            cluster.Logs.Logger.Entries, entry => entry.Message.StartsWith("Rank 1 joined from 127.0.0.1:", StringComparison.Ordinal));
    }

    /// <summary>Covers Debian's address for the host's own name in /etc/hosts, and other local addresses.</summary>
    [Theory]
    [InlineData("127.0.1.1")]
    [InlineData("127.9.8.7")]
    [InlineData("::1")]
    public async Task Join_MasterAtALocalAddress_RankZeroListensThere(string address)
    {
        Assert.SkipUnless(address != "::1" || HasIpv6Loopback(), "This host has no ::1.");
        await using var cluster = new LocalCluster(2);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 2).Select(rank => Task.Run(() =>
        {
            var options = cluster.Options(rank);
            options.MasterAddress = address;
            return cluster.JoinAsync(options);
        }))).WaitAsync(Limit);

        var expected = new IPEndPoint(IPAddress.Parse(address), cluster.MasterPort);
        Assert.Contains(
            cluster.Logs.Logger.Entries,
            entry => entry.Message.EndsWith($"rank/0 listens for control at {expected}.", StringComparison.Ordinal));
        var members = await LocalCluster.OpenAllAsync(
            jobs, "here", () => new CommunicatorOptions { LocalTransport = LocalTransport.Tcp });
        await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());
    }

    [Fact]
    public async Task Join_NameOfSeveralLocalAddresses_RankZeroListensAtEach()
    {
        await using var cluster = new LocalCluster(3);
        var zero = cluster.Options(0);
        zero.MasterAddress = Name;
        zero.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, Other]);
        var second = cluster.Options(2);
        second.MasterAddress = Other.ToString();

        await Task.WhenAll(cluster.JoinAsync(zero), cluster.JoinAsync(cluster.Options(1)), cluster.JoinAsync(second)).WaitAsync(Limit);
    }

    /// <summary>Rank 0 of an earlier attempt on this host may be about to release the port.</summary>
    [Fact]
    public async Task Join_MasterPortBrieflyInUse_RankZeroWaitsForIt()
    {
        await using var cluster = new LocalCluster(1);
        using var holder = new TcpListener(IPAddress.Loopback, cluster.MasterPort);
        holder.Start();
        var joining = cluster.JoinAsync(cluster.Options(0));
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 0 waits for its port", StringComparison.Ordinal));
        holder.Stop();
        await joining.WaitAsync(Limit);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Join_MasterOnLoopback_WarnsAtOnceIfWorkersAreOnOtherHosts(int localWorldSize, bool warns)
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(0);
        options.LocalWorldSize = localWorldSize;
        options.JoinTimeout = TimeSpan.FromSeconds(2);
        var failure = await Assert.ThrowsAsync<MembershipException>(() => Job.JoinAsync(options).WaitAsync(Limit));

        const string Words = "Rank 0 listens at 127.0.0.1 only, which no other host reaches, because MASTER_ADDR is '127.0.0.1' here";
        Assert.Equal(warns, failure.Message.Contains(Words, StringComparison.Ordinal));
        Assert.Equal(warns, cluster.Logs.Warnings.Any(warning => warning.Contains(Words, StringComparison.Ordinal)));
    }

    /// <summary>If the number of workers on this host is unknown, they have ten seconds to join before the warning.</summary>
    [Fact]
    public async Task Join_MasterOnLoopbackAndLocalWorldSizeUnknown_WarnsWhileItWaits()
    {
        await using var cluster = new LocalCluster(2);
        using var stop = new CancellationTokenSource();
        var options = cluster.Options(0);
        var clock = new TimerTime(DateTimeOffset.UnixEpoch);
        options.Clock = clock;
        var joining = cluster.JoinAsync(options, stop.Token);
        await cluster.Logs.WaitForAsync(message => message.Contains("rank/0 listens", StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.Logs.Warnings, warning => warning.StartsWith("Workers of other hosts", StringComparison.Ordinal));

        using var limit = new CancellationTokenSource(Limit);
        while (!cluster.Logs.Warnings.Any(warning => warning.StartsWith("Workers of other hosts cannot join.", StringComparison.Ordinal)))
        {
            limit.Token.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromMilliseconds(1)); // The timer may not exist yet.
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining.WaitAsync(Limit));
    }

    private static bool HasIpv6Loopback()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
