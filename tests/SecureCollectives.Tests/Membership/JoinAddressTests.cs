using System.Net;
using System.Net.Sockets;
using SecureCollectives.Membership;
using SecureCollectives.Rpc;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// Names and addresses as found in clusters: names published late, several addresses for one name, and addresses that rank 0 would not
/// choose.
/// </summary>
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

    /// <summary>A resolver that never answers, as when packets to or from the name service are lost.</summary>
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
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 0 is waiting up to", StringComparison.Ordinal));
        holder.Stop();
        await joining.WaitAsync(Limit);
    }

    /// <summary>One of the addresses is in use. Rank 0 serves the others and reports which is missing and why.</summary>
    [Fact]
    public async Task Join_OneAddressOfTheNameInUse_RankZeroListensAtTheOthersAndWarns()
    {
        await using var cluster = new LocalCluster(2);
        using var holder = new TcpListener(Other, cluster.MasterPort);
        holder.Start();
        var zero = cluster.Options(0);
        zero.MasterAddress = Name;
        zero.Resolve = (_, _) => Task.FromResult<IPAddress[]>([Other, IPAddress.Loopback]);

        await Task.WhenAll(cluster.JoinAsync(zero), cluster.JoinAsync(cluster.Options(1))).WaitAsync(Limit);

        Assert.Contains(cluster.Logs.Warnings, warning =>
            warning.StartsWith("Rank 0 listens at 127.0.0.1 only: another address of MASTER_ADDR could not be used", StringComparison.Ordinal)
            && warning.Contains($"Cannot listen on {new IPEndPoint(Other, cluster.MasterPort)}: the port is in use.", StringComparison.Ordinal));
        Assert.Contains(
            cluster.Logs.Logger.Entries, entry => entry.Message.StartsWith("Rank 0 joined", StringComparison.Ordinal)
                || entry.Message.EndsWith($"listens for control at 127.0.0.1:{cluster.MasterPort}.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Join_EveryAddressOfTheNameInUse_SaysWhyOfEach()
    {
        await using var cluster = new LocalCluster(2);
        using var first = new TcpListener(Other, cluster.MasterPort);
        using var second = new TcpListener(IPAddress.Loopback, cluster.MasterPort);
        first.Start();
        second.Start();
        var zero = cluster.Options(0);
        zero.MasterAddress = Name;
        zero.JoinTimeout = ControlListener.PatienceForSome + TimeSpan.FromSeconds(2);
        zero.Resolve = (_, _) => Task.FromResult<IPAddress[]>([Other, IPAddress.Loopback]);

        var failure = await Assert.ThrowsAsync<MembershipException>(() => Job.JoinAsync(zero).WaitAsync(Limit));

        Assert.Equal(MembershipError.Address, failure.Error);
        Assert.StartsWith("None of the addresses of rank 0 (MASTER_ADDR) can be listened on.", failure.Message);
        Assert.Contains($"127.0.0.9:{cluster.MasterPort}: the port is in use.", failure.Message);
        Assert.Contains($"127.0.0.1:{cluster.MasterPort}: the port is in use.", failure.Message);
    }

    /// <summary>The join does not wait for an address that this machine does not have.</summary>
    [Fact]
    public async Task Listen_AddressesNotAvailable_BindsTheOthersAtOnce()
    {
        var logs = new RecordingLogger();
        using var limit = new JoinLimit(Limit, TimeProvider.System, CancellationToken.None);
        await using var host = await RpcHost.StartAsync(new RpcHostOptions
        {
            Listeners = [new RpcListener(new IPEndPoint(IPAddress.Loopback, 0))],
            Services = new RpcServices(),
        }, CancellationToken.None);
        var gone = IPAddress.Parse("192.0.2.1");
        List<IPAddress[]> tried = [];
        var listener = new ControlListener(
            addresses =>
            {
                tried.Add([.. addresses]);
                return addresses.Contains(gone)
                    ? throw new MembershipException(MembershipError.Address, "192.0.2.1 is gone.", new RpcBindException(
                        new IPEndPoint(gone, 1), new SocketException((int)SocketError.AddressNotAvailable)))
                    : Task.FromResult(host);
            },
            limit,
            logs);

        var (_, bound) = await listener.StartAsync([gone, IPAddress.Loopback], ControlListener.Patience);

        Assert.Equal([IPAddress.Loopback], bound);
        Assert.Equal(2, tried.Count);
        Assert.Contains(logs.Entries, entry => entry.Message.EndsWith("192.0.2.1 is gone.", StringComparison.Ordinal));
    }

    /// <summary>Names that stand for every address of the machine, to which nobody can connect.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Join_NameResolvesToTheUnspecifiedAddress_SaysSo(int rank)
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(rank);
        options.MasterAddress = Name;
        options.JoinTimeout = TimeSpan.FromSeconds(1.5);
        options.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Any]);

        var failure = await Assert.ThrowsAsync<MembershipException>(() => Job.JoinAsync(options).WaitAsync(Limit));

        Assert.Equal(MembershipError.Unreachable, failure.Error);
        Assert.Contains($"'{Name}'", failure.Message);
        Assert.Contains("its only address is 0.0.0.0, the unspecified one, to which nobody can connect", failure.Message);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Join_MasterOnLoopback_WarnsAtOnceUnlessAllWorkersAreSaidToBeLocal(int localWorldSize, bool warns)
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(0);
        options.LocalWorldSize = localWorldSize;
        options.Clock = new TimerTime(DateTimeOffset.UnixEpoch); // Never advances, so the warning is immediate or never comes.
        using var stop = new CancellationTokenSource();
        var joining = cluster.JoinAsync(options, stop.Token);
        if (warns)
        {
            await cluster.Logs.WaitForAsync(message => message.StartsWith("Workers on other hosts cannot join. Rank 0 listens at 127.0.0.1 "
                + "only, which no other host reaches, because MASTER_ADDR is '127.0.0.1' here. If workers run on other hosts, set "
                + "MASTER_ADDR to an address or name of this host that they reach; if all run on this host, set LOCAL_WORLD_SIZE=2.",
                StringComparison.Ordinal));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining.WaitAsync(Limit));
            return;
        }

        await Task.WhenAll(joining, cluster.JoinAsync(cluster.Options(1))).WaitAsync(Limit);
        Assert.DoesNotContain(cluster.Logs.Warnings, warning => warning.StartsWith("Workers on other hosts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Join_RanksMissingAndMasterOnLoopback_TheFinalMessageSaysWhatToSet()
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(0);
        options.LocalWorldSize = 1;
        options.JoinTimeout = TimeSpan.FromSeconds(1);
        var failure = await Assert.ThrowsAsync<MembershipException>(() => Job.JoinAsync(options).WaitAsync(Limit));
        Assert.Contains("Rank 0 listens at 127.0.0.1 only, which no other host reaches", failure.Message);
    }

    [Fact]
    public async Task Join_RanksMissingAndAnotherAddressNotBound_TheFinalMessageNamesTheAddress()
    {
        await using var cluster = new LocalCluster(2);
        using var taken = new TcpListener(IPAddress.Parse("127.0.0.2"), cluster.MasterPort);
        taken.Start();
        var options = cluster.Options(0);
        options.MasterAddress = Name;
        options.LocalWorldSize = 1;
        options.JoinTimeout = ControlListener.PatienceForSome + TimeSpan.FromSeconds(2);
        options.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")]);

        var failure = await Assert.ThrowsAsync<MembershipException>(() => Job.JoinAsync(options).WaitAsync(Limit));

        Assert.Contains("which no other host reaches, because it could not listen at 127.0.0.2: see the warning about this. "
            + "If workers run on other hosts, free the port there and restart rank 0; if all run on this host", failure.Message);
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
