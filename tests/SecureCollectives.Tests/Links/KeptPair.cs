using SecureCollectives.Framing;
using SecureCollectives.Identity;
using SecureCollectives.Membership;
using SecureCollectives.Rpc;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Links;

/// <summary>Two ranks of a job of three with a link between them over loopback, each with its own keeper.</summary>
internal sealed class KeptPair : IAsyncDisposable
{
    public const ulong Operation = 41;

    private const int WorldSize = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();
    private readonly IdentityFiles[] _files;

    private KeptPair(TestPki pki, Func<int, LeafRecipe>? leaf)
    {
        Pki = pki;
        _files = [.. Enumerable.Range(0, 2).Select(rank => leaf is null ? WriteFiles(rank) : pki.WriteFiles(Folder(rank), leaf(rank)))];
    }

    public TestPki Pki { get; }

    public RecordingLoggerFactory Logs { get; } = new();

    /// <summary>Gets the two ends, indexed by rank.</summary>
    public KeptEnd[] Ends { get; } = new KeptEnd[2];

    /// <summary>Gets the proxy in front of rank 1's control port.</summary>
    public CuttingProxy Proxy { get; } = new();

    /// <param name="options">The options of the communicator; null for two lanes and defaults.</param>
    /// <param name="time">The clock of both ends; null for the system's.</param>
    /// <param name="pki">The issuer of the certificates, which the pair disposes; null for a new one.</param>
    /// <param name="routesMade">Receives rank 1's lane routes before the first lane is opened.</param>
    /// <param name="leaf">The certificates of the ranks; null for ordinary ones.</param>
    public static async Task<KeptPair> OpenAsync(
        CommunicatorOptions? options = null, TimeProvider? time = null, TestPki? pki = null, Action<LaneRoutes>? routesMade = null,
        Func<int, LeafRecipe>? leaf = null)
    {
        options ??= new CommunicatorOptions { Lanes = 2 };
        var pair = new KeptPair(pki ?? new TestPki(), leaf);
        try
        {
            for (var rank = 0; rank < 2; rank++)
            {
                pair.Ends[rank] = await KeptEnd.StartAsync(rank, pair._files[rank], pair.Logs, time ?? TimeProvider.System);
            }

            pair.Ends[1].RoutesMade = routesMade;
            pair.Proxy.Target = pair.Ends[1].ControlPort;
            pair.Ends[1].Self = pair.Ends[1].Self with { EndPoint = new HostPort("127.0.0.1", pair.Proxy.Port) };
            var absent = new RosterMember(
                pair.Pki.Worker(2), new HostPort("127.0.0.1", 1), new byte[RosterMember.NonceLength], AutomaticSuite.Announcement);
            var roster = JobRoster.Write(JobRoster.FirstEpoch, [pair.Ends[0].Self, pair.Ends[1].Self, absent]);
            await Task.WhenAll(pair.Ends.Select(end => end.OpenAsync(roster, WorldSize, 1 - end.Rank, options, Limit, Operation)))
                .WaitAsync(Limit);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits until both owners have a new link with the positions that the other end has received, and sends a frame each way.
    /// </summary>
    public async Task ProveReplacedAsync()
    {
        var attached = await Task.WhenAll(Ends.Select(end => end.Owner.AttachedAsync()));
        Assert.Equal(Ends[1].Owner.Positions, attached[0].PeerPositions);
        Assert.Equal(Ends[0].Owner.Positions, attached[1].PeerPositions);
        for (var lane = 0; lane < attached[0].Link.Lanes.Count; lane++)
        {
            Carry(attached[0].Link.Lanes[lane], attached[1].Link.Lanes[lane]);
            Carry(attached[1].Link.Lanes[lane], attached[0].Link.Lanes[lane]);
        }
    }

    /// <summary>Connects to a rank's control port with the identity of another rank.</summary>
    public Task<ClientConnection> ConnectAsync(int caller, int callee)
    {
        var tls = Pki.CreateTlsOptions(caller);
        var options = new ClientConnectionOptions
        {
            Host = "127.0.0.1",
            Port = Ends[callee].ControlPort,
            Tls = (_, _) => ValueTask.FromResult(tls.ForClient([], Pki.Worker(callee), _ => { })),
        };
        return ClientConnection.ConnectAsync(options, CancellationToken.None);
    }

    /// <summary>Replaces a rank's certificate with a new one.</summary>
    public void Renew(int rank, TimeSpan? lifetime = null) => WriteFiles(rank, lifetime);

    public async ValueTask DisposeAsync()
    {
        foreach (var end in Ends)
        {
            if (end is not null)
            {
                await end.DisposeAsync();
            }
        }

        await Proxy.DisposeAsync();
        Pki.Dispose();
        _directory.Dispose();
    }

    private IdentityFiles WriteFiles(int rank, TimeSpan? lifetime = null) =>
        Pki.WriteFiles(Folder(rank), rank, lifetime: lifetime);

    private string Folder(int rank) => Directory.CreateDirectory(_directory.Combine($"{rank}")).FullName;

    private static void Carry(LinkLane from, LinkLane to)
    {
        byte[] payload = [1, 2, 3, 4];
        var (head, staging, destination) = (
            new byte[FrameFormat.HeaderLength], new byte[payload.Length + from.Sealer.TagLength], new byte[payload.Length]);
        var body = from.Sealer
            .Seal(new FrameHeader(FrameKind.Data, FramePhase.AllGather, payload.Length, 0, 1, 0, 0), payload, head, staging).ToArray();
        byte[] frame = [.. head, .. body];
        Move(frame, (byte[] bytes, int at, out int count) => from.Lane.TrySend(bytes.AsSpan(at), default, out count));
        var received = new byte[frame.Length];
        Move(received, (byte[] bytes, int at, out int count) => to.Lane.TryReceive(bytes.AsSpan(at), out count), from.Lane);
        Assert.Equal(Security.Sealing.OpenStatus.Ok, to.Opener.Expect(received.AsSpan(0, head.Length), out _));
        var target = to.Opener.Target(destination, new byte[staging.Length]);
        received.AsSpan(head.Length).CopyTo(target);
        Assert.Equal(Security.Sealing.OpenStatus.Ok, to.Opener.Open(received.AsSpan(0, head.Length), target, out var opened));
        Assert.Equal(payload, opened.ToArray());
    }

    private delegate LaneOutcome MoveBytes(byte[] bytes, int at, out int count);

    private static void Move(byte[] bytes, MoveBytes move, Lane? pumped = null)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var at = 0; at < bytes.Length;)
        {
            switch (move(bytes, at, out var count))
            {
                case LaneOutcome.Moved:
                    at += count;
                    break;
                case LaneOutcome.WouldBlock:
                    // A lane may hold back sent bytes until it is read from.
                    pumped?.TryReceive(new byte[1], out _);
                    Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < Limit, "No byte moved.");
                    Thread.Yield();
                    break;
                default:
                    Assert.Fail("The lane has ended.");
                    break;
            }
        }
    }
}
