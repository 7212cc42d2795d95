using SecureCollectives.Collectives;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Testing;

/// <summary>
/// All communicators of a world in one process, joined by in-memory lanes unless told otherwise; no certificates, no rendezvous.
/// </summary>
internal sealed class MemoryGroup : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private MemoryGroup(Communicator[] members) => Members = members;

    /// <summary>The communicators, by rank.</summary>
    public Communicator[] Members { get; }

    /// <param name="size">Ranks.</param>
    /// <param name="lanesPerLink">Lanes of each link.</param>
    /// <param name="chunkBytes">Bytes of a chunk.</param>
    /// <param name="laneCapacity">Bytes that a direction of a lane holds; small values exercise partial sends.</param>
    /// <param name="timeout">Time limit of an operation.</param>
    /// <param name="wrap">May replace a lane: (rank, peer, lane number, lane). Lanes of further channels are counted on.</param>
    /// <param name="suite">The suite that seals frames; none for plaintext.</param>
    /// <param name="connect">Makes both ends of a lane; by default in memory.</param>
    /// <param name="queueLength">Operations that may be queued.</param>
    /// <param name="smallBytes">Operations of up to this many bytes go by recursive doubling; 0 sends all but barriers around the
    /// ring.</param>
    /// <param name="localWorldSize">Ranks of each host, where the ring is hierarchical.</param>
    /// <param name="replaceLinksFrom">Bytes from which a link is replaced.</param>
    /// <param name="keeper">Opens links in place of those that end; none by default.</param>
    /// <param name="drainTimeout">How long an operation that is late goes on while bytes still come.</param>
    /// <param name="attribution">Finds the culprit of time-outs; by default each rank names whom it waited for.</param>
    /// <param name="attributionOf">What a rank's loop asks about failures, in place of <paramref name="attribution"/>.</param>
    /// <param name="attributionTimeout">How long it waits for the answer.</param>
    /// <param name="hashSuite">A suite of any lengths, computed by <see cref="HashEngine"/>, that seals frames in place of
    /// <paramref name="suite"/>.</param>
    /// <param name="seal">May wrap a rank's sealers: (rank, sealer).</param>
    /// <param name="channels">Channels of each communicator.</param>
    /// <param name="channelBytes">Bytes for each channel that a call takes.</param>
    /// <param name="mesh">Whether every rank has a link with every other.</param>
    /// <param name="name">Begins the names of the threads.</param>
    public static MemoryGroup Create(
        int size,
        int lanesPerLink = 1,
        int chunkBytes = 256 * 1024,
        int laneCapacity = 64 * 1024,
        TimeSpan? timeout = null,
        Func<int, int, int, Lane, Lane>? wrap = null,
        SuiteCode suite = SuiteCode.None,
        Func<(Lane First, Lane Second)>? connect = null,
        int queueLength = 1024,
        int smallBytes = 0,
        int localWorldSize = 1,
        long replaceLinksFrom = long.MaxValue,
        MemoryLinkKeeper? keeper = null,
        TimeSpan? drainTimeout = null,
        MemoryAttribution? attribution = null,
        Func<int, IFaultAttribution?>? attributionOf = null,
        TimeSpan? attributionTimeout = null,
        Suite? hashSuite = null,
        Func<int, FrameSealer, FrameSealer>? seal = null,
        int channels = 1,
        int channelBytes = ChannelSplit.MinBytes,
        bool mesh = false,
        string name = "memory")
    {
        connect ??= () => MemoryLane.CreatePair(laneCapacity);
        keeper?.Create = CreateLink;
        var links = new Dictionary<(int Rank, int Peer, int Channel), Link>();
        for (var rank = 0; rank < size; rank++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                foreach (var peer in (mesh ? Enumerable.Range(0, size) : Neighbours.OfChannel(channel, rank, size, localWorldSize)).Where(
                    peer => peer > rank))
                {
                    (links[(rank, peer, channel)], links[(peer, rank, channel)]) = CreateLink(rank, peer, channel);
                }
            }
        }

        var members = new Communicator[size];
        for (var rank = 0; rank < size; rank++)
        {
            var options = new LoopOptions(chunkBytes, smallBytes) { QueueLength = queueLength, ReplaceLinksFrom = replaceLinksFrom };
            options = drainTimeout is { } drain ? options with { DrainTimeout = drain } : options;
            options = options with
            {
                Attribution = attributionOf?.Invoke(rank) ?? attribution?.Of(rank, size),
                AttributionTimeout = attributionTimeout ?? options.AttributionTimeout,
            };
            var ending = new SharedEnding();
            var loops = new ChannelSet([.. Enumerable.Range(0, channels).Select(channel => StartLoop(rank, channel, options, ending))]);
            attribution?.Attach(rank, loops);
            var schedules = new ScheduleCache(rank, size, chunkBytes, smallBytes, localWorldSize, channels, channelBytes);
            members[rank] = new Communicator("memory", rank, size, schedules, timeout ?? TimeSpan.FromMinutes(1), loops)
            {
                Telemetry = new CommunicatorTelemetry("memory", rank, size, "session", "Aead", "Tcp"),
            };
        }

        return new MemoryGroup(members);

        Loop StartLoop(int rank, int channel, LoopOptions options, SharedEnding ending)
        {
            var own = links.Where(entry => entry.Key.Rank == rank && entry.Key.Channel == channel).Select(entry => entry.Value).ToArray();
            var loop = new Loop($"{name} {rank}/{channel}", rank, size, lanesPerLink, own,
                options with { LinkKeeper = keeper?.For(rank, channel) }, null, ending);
            keeper?.Add(rank, loop, channel);
            return loop;
        }

        (Link Low, Link High) CreateLink(int low, int high, int channel)
        {
            using var keys = LinkPair.Create(suite, low, high, lanesPerLink);
            var (lows, highs) = (new List<LinkLane>(), new List<LinkLane>());
            for (ushort lane = 0; lane < lanesPerLink; lane++)
            {
                var (first, second) = connect();
                first = wrap?.Invoke(low, high, (channel * lanesPerLink) + lane, first) ?? first;
                second = wrap?.Invoke(high, low, (channel * lanesPerLink) + lane, second) ?? second;
                lows.Add(hashSuite is null ? Protect(first, keys.Initiator, lane, Seal(low)) : Protect(first, hashSuite, lane, low, high));
                highs.Add(hashSuite is null
                    ? Protect(second, keys.Responder, lane, Seal(high)) : Protect(second, hashSuite, lane, high, low));
            }

            return (new Link(high, lows), new Link(low, highs));
        }

        Func<FrameSealer, FrameSealer> Seal(int rank) => sealer => seal?.Invoke(rank, sealer) ?? sealer;
    }

    /// <summary>Waits until the threads of all ranks are there: what follows is timed without them.</summary>
    public Task StartAsync() => Task.WhenAll(Members.Select(member => member.ConfirmAsync(Limit, CancellationToken.None).AsTask()));

    /// <summary>
    /// Runs the same on every rank at once, each on a thread of its own, for synchronous calls wait for each other; waits for all.
    /// </summary>
    public Task RunAsync(Func<Communicator, Task> body) =>
        Task.WhenAll(Members.Select(member => OwnThread.RunAsync(() => body(member)))).WaitAsync(Limit);

    /// <inheritdoc cref="RunAsync(Func{Communicator, Task})"/>
    public Task RunAsync(Action<Communicator> body) => RunAsync(member =>
    {
        body(member);
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }
    }

    private static LinkLane Protect(Lane lane, LinkKeys keys, ushort number, Func<FrameSealer, FrameSealer> seal) =>
        new(lane, seal(keys.CreateSealer(number)), keys.CreateOpener(number));

    private static LinkLane Protect(Lane lane, Suite suite, ushort number, int local, int peer) => new(
        lane,
        new AeadSealer(new KeyChain(new byte[KeySchedule.SecretLength], number, (uint)local, (uint)peer), new HashEngine(suite)),
        new AeadOpener(new KeyChain(new byte[KeySchedule.SecretLength], number, (uint)peer, (uint)local), new HashEngine(suite)));
}
