using System.Globalization;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// A lane's socket in .NET's epoll set would cost a thread hop at every wake-up (7.6 us becomes 23). /proc/self/fdinfo lists the watched
/// descriptors of each epoll descriptor.
/// </summary>
public sealed class DataSocketTests
{
    private const string Established = "01";
    private const string Listening = "0A";

    [Theory]
    [InlineData(Protection.UnsafePlaintext)]
    [InlineData(Protection.Tls)]
    [InlineData(Protection.Aead)]
    [InlineData(Protection.TlsAndAead)]
    public async Task Lanes_EstablishedAndUsed_AreInNoEpollSet(Protection protection)
    {
        const int Size = 3;
        const int Lanes = 2;
        await using var job = await RunningJob.StartAsync(
            Size, () => new CommunicatorOptions { Lanes = Lanes, Protection = protection, LocalTransport = LocalTransport.Tcp });
        await job.ProveUnharmedAsync();

        var lanePorts = Enumerable.Range(0, Size).Select(rank => job.Ports(rank).Lanes).ToHashSet();
        var controlPorts = Enumerable.Range(0, Size).Select(rank => job.Ports(rank).Control).ToHashSet();
        var watched = EpollTargets();
        var lanes = Sockets((local, remote, state) => state == Established && (lanePorts.Contains(local) || lanePorts.Contains(remote)));

        // The ring has three links with two lanes each; count both ends of every lane.
        Assert.Equal(2 * Lanes * Size, lanes.Count);
        Assert.Empty(lanes.Intersect(watched));

        // The lane listener is polled as well.
        Assert.Empty(Sockets((local, _, state) => state == Listening && lanePorts.Contains(local)).Intersect(watched));

        // Proves that the check works: Kestrel's listeners are in such a set.
        Assert.Equal(Size, Sockets((local, _, state) => state == Listening && controlPorts.Contains(local)).Intersect(watched).Count());
    }

    [Theory]
    [InlineData(Protection.Tls)]
    [InlineData(Protection.Aead)]
    public async Task MemoryLanes_EstablishedAndUsed_AreInNoEpollSet(Protection protection)
    {
        const int Size = 3;
        const int Lanes = 2;
        await using var job = await RunningJob.StartAsync(Size, () => new CommunicatorOptions { Lanes = Lanes, Protection = protection });
        await job.ProveUnharmedAsync();

        // The listeners and the accepted ends; other tests in this process may have more of them.
        var sockets = Descriptors(
            [.. File.ReadLines("/proc/self/net/unix").Where(line => line.Contains(" @sc-", StringComparison.Ordinal)).Select(Inode)]);
        Assert.InRange(sockets.Count, Size + (Lanes * Size), int.MaxValue);
        Assert.Empty(sockets.Intersect(EpollTargets()));

        static string Inode(string line) => $"socket:[{line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[6]}]";
    }

    /// <summary>Returns every descriptor that is watched by an epoll descriptor of this process.</summary>
    private static HashSet<int> EpollTargets()
    {
        const string Target = "tfd:";
        var targets = new HashSet<int>();
        foreach (var file in Directory.EnumerateFiles("/proc/self/fdinfo"))
        {
            foreach (var line in ReadLines(file).Where(line => line.StartsWith(Target, StringComparison.Ordinal)))
            {
                targets.Add(int.Parse(line.AsSpan(Target.Length).TrimStart().ToString().Split(' ')[0], CultureInfo.InvariantCulture));
            }
        }

        return targets;
    }

    /// <summary>Returns this process's descriptors of TCP sockets whose local port, remote port and state match.</summary>
    private static HashSet<int> Sockets(Func<int, int, string, bool> matches)
    {
        var inodes = File.ReadLines("/proc/self/net/tcp")
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => matches(Port(fields[1]), Port(fields[2]), fields[3]))
            .Select(fields => $"socket:[{fields[9]}]")
            .ToHashSet();
        return Descriptors(inodes);

        static int Port(string endPoint) => int.Parse(
            endPoint.AsSpan(endPoint.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private static HashSet<int> Descriptors(HashSet<string> inodes) =>
    [
        .. Directory.EnumerateFileSystemEntries("/proc/self/fd")
            .Where(path => LinkTarget(path) is { } target && inodes.Contains(target))
            .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)),
    ];

    // Other tests in this process open and close descriptors meanwhile.
    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
