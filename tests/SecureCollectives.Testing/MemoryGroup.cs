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
/// All communicators of a world in one process, connected by in-memory lanes by default. There are no certificates and there is no
/// rendezvous.
/// </summary>
internal sealed class MemoryGroup : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private MemoryGroup(Communicator[] members) => Members = members;

    /// <summary>The communicators, by rank.</summary>
    public Communicator[] Members { get; }

    /// <param name="size">The number of ranks.</param>
    /// <param name="lanesPerLink">The number of lanes in each link.</param>
    /// <param name="chunkBytes">The size of a chunk, in bytes.</param>
    /// <param name="laneCapacity">The capacity of each direction of a lane, in bytes; small values exercise partial sends.</param>
    /// <param name="timeout">The time limit of an operation.</param>
    /// <param name="wrap">May replace a lane: (rank, peer, lane number, lane). Lane numbers continue across channels.</param>
    /// <param name="suite">The suite that seals frames; none for plaintext.</param>
    /// <param name="connect">Creates both ends of a lane; in memory by default.</param>
    /// <param name="queueLength">The number of operations that may be queued.</param>
    /// <param name="smallBytes">Operations up to this size use recursive doubling; 0 sends all operations except barriers around the
    /// ring.</param>
    /// <param name="localWorldSize">The number of ranks per host, for a hierarchical ring.</param>
    /// <param name="replaceLinksFrom">The number of bytes after which a link is replaced.</param>
    /// <param name="keeper">Replaces links that end; none by default.</param>
    /// <param name="drainTimeout">How long an operation continues past its time limit while bytes still arrive.</param>
    /// <param name="attribution">Finds the culprit of timeouts; by default each rank names the rank that it was waiting for.</param>
    /// <param name="attributionOf">Returns the fault attribution for a rank's loop, instead of <paramref name="attribution"/>.</param>
    /// <param name="attributionTimeout">How long a loop waits for the verdict.</param>
    /// <param name="hashSuite">A suite of arbitrary lengths, computed by <see cref="HashEngine"/>, that seals frames instead of
    /// <paramref name="suite"/>.</param>
    /// <param name="seal">May wrap a rank's sealers: (rank, sealer).</param>
    /// <param name="channels">The number of channels in each communicator.</param>
    /// <param name="channelBytes">The minimum number of bytes per channel: smaller calls use fewer channels.</param>
    /// <param name="mesh">Whether every rank has a link to every other.</param>
    /// <param name="name">The prefix of the threads' names.</param>
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

    /// <summary>Waits until the threads of all ranks are running, so that later timing does not include their start.</summary>
    public Task StartAsync() => Task.WhenAll(Members.Select(member => member.ConfirmAsync(Limit, CancellationToken.None).AsTask()));

    /// <summary>
    /// Runs the same body on all ranks at the same time and waits for all. Each runs on its own thread, because synchronous calls wait for
    /// each other.
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
