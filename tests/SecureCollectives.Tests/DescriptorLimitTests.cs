using System.Net;
using System.Net.Sockets;
using SecureCollectives.Links;
using SecureCollectives.Rpc;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Tests;

public sealed class DescriptorLimitTests
{
    private const string Limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             95000                95000                processes
        Max open files            SOFT                 524288               files
        """;

    [Theory]
    [InlineData("1024", 1024)]
    [InlineData("unlimited", null)]
    public void Parse_Limits_ReturnsTheSoftLimit(string soft, int? expected) =>
        Assert.Equal(expected, DescriptorLimit.Parse(Limits.Replace("SOFT", soft, StringComparison.Ordinal)));

    [Fact]
    public void Complaint_TooFew_SaysHowManyAreNeededAndHowToRaiseTheLimit()
    {
        Assert.Null(DescriptorLimit.Complaint("rank 1 of 2", 200, 200));
        Assert.Null(DescriptorLimit.Complaint("rank 1 of 2", 200, null));
        Assert.Equal("rank 1 of 400 needs about 1800 file descriptors, but the limit is 1024. Raise it before starting: 'ulimit -n 2048', "
            + "LimitNOFILE=2048 in a systemd unit, '--ulimit nofile=2048' for a container.",
            DescriptorLimit.Complaint("rank 1 of 400", 1800, 1024));
    }

    public static TheoryData<string> Exhausted => ["connection", "lane", "file"];

    private static Exception Failure(string kind)
    {
        var cause = new SocketException((int)SocketError.TooManyOpenSockets);
        return kind switch
        {
            "connection" => new ConnectionException(ConnectionFailure.Unreachable, "10.0.0.1:4000 cannot be reached.", cause),
            "lane" => new LaneConnectException("A lane to 10.0.0.1:4001 could not be connected.", cause),
            _ => new IOException("eventfd", 24),
        };
    }

    [Theory]
    [MemberData(nameof(Exhausted))]
    public void Exhaustion_NoDescriptorLeft_NamesTheLimitAndHowToRaiseIt(string kind)
    {
        var words = DescriptorLimit.Exhaustion(Failure(kind));
        Assert.NotNull(words);
        Assert.StartsWith("This process has no file descriptor left", words);
        Assert.Contains(DescriptorLimit.Current() is { } limit ? $": it has reached its limit of {limit}. Raise it" : ". Raise it", words);
        Assert.Matches("'ulimit -n [0-9]+'", words);
    }

    [Fact]
    public void Exhaustion_AnotherFailure_IsNull()
    {
        Assert.Null(DescriptorLimit.Exhaustion(null));
        Assert.Null(DescriptorLimit.Exhaustion(new LaneConnectException("lane", new SocketException((int)SocketError.ConnectionRefused))));
        Assert.Null(DescriptorLimit.Exhaustion(new IOException("disk", 28)));
    }

    /// <summary>A link is replaced long after the join.</summary>
    [Theory]
    [MemberData(nameof(Exhausted))]
    public void Judge_ReplacementFindsNoDescriptor_SaysSo(string kind) =>
        Assert.Contains("ulimit -n", new AttemptFailures(1, TimeSpan.FromSeconds(10)).Judge(Failure(kind), TimeSpan.Zero).Words);

    /// <summary>The job has been joined. The descriptors run out at the control connection of a later link, or at its lane.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task OpenCommunicator_DescriptorsEndAfterTheJoin_NamesTheLimitAndHowToRaiseIt(int left)
    {
        await using var cluster = new LocalCluster(2);
        var isJoined = false;
        var taken = 0;
        var zero = cluster.Options(0);
        zero.LocalTransport = LocalTransport.Tcp;
        zero.Resolve = (_, _) => Volatile.Read(ref isJoined) && Interlocked.Increment(ref taken) > left
            ? Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TooManyOpenSockets))
            : Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        var jobs = await Task.WhenAll(cluster.JoinAsync(zero), cluster.JoinAsync(cluster.Options(1)));
        Volatile.Write(ref isJoined, true);

        var options = new CommunicatorOptions { OpenTimeout = TimeSpan.FromSeconds(2) };
        var other = jobs[1].OpenCommunicatorAsync("late", options);
        var failure = await Assert.ThrowsAsync<MembershipException>(() => jobs[0].OpenCommunicatorAsync("late", options));
        Assert.Contains("This process has no file descriptor left", failure.Message);
        Assert.Contains("Raise it before starting: 'ulimit -n ", failure.Message);
        await Assert.ThrowsAsync<MembershipException>(() => other);
    }

    [Fact]
    public void InUse_ThisProcess_CountsAFileThatIsOpened()
    {
        var before = DescriptorLimit.InUse();
        var files = Enumerable.Range(0, 200).Select(_ => File.OpenRead("/proc/self/limits")).ToArray();
        var after = DescriptorLimit.InUse();
        Array.ForEach(files, file => file.Dispose());

        Assert.True(after - before >= 100, $"{before} before, {after} after.");
        Assert.NotEqual(0, before);
    }
}
