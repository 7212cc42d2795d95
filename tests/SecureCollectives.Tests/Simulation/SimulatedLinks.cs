using SecureCollectives.Collectives;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Tests.Simulation;

/// <summary>Creates the links of a simulated world, and cuts their connections after random numbers of bytes.</summary>
internal sealed class SimulatedLinks(Random random, int lanes, int maxCuts, Bug bug)
{
    private readonly List<RecordingEngine> _engines = [];
    private readonly HashSet<(ulong, ulong)> _nonces = [];
    private int _made;

    /// <summary>Gets the number of connections cut so far.</summary>
    public int Cuts { get; private set; }

    /// <summary>Gets whether a nonce was used twice under one key.</summary>
    public bool HasRepeatedNonce => _engines.Exists(engine => engine.HasRepeated);

    /// <summary>Creates the ranks of a world, with the links that its schedules use.</summary>
    /// <param name="size">The number of ranks.</param>
    /// <param name="options">Returns the loop options of a rank.</param>
    public OperationRun[] CreateRuns(int size, Func<int, LoopOptions> options)
    {
        var pairs = Pairs(size).Select(pair => (pair.Low, pair.High, Link: Create(pair.Low, pair.High))).ToArray();
        return [.. Enumerable.Range(0, size).Select(rank => new OperationRun(
            rank,
            size,
            lanes,
            [.. pairs.Where(pair => pair.Low == rank).Select(pair => pair.Link.Low), .. pairs.Where(pair => pair.High == rank)
                .Select(pair => pair.Link.High)],
            options(rank)))];
    }

    /// <summary>Returns the pairs of ranks that have a link.</summary>
    public static IEnumerable<(int Low, int High)> Pairs(int size) =>
        Enumerable.Range(0, size).SelectMany(rank => Neighbours.Of(rank, size, 1).Where(peer => peer > rank).Select(peer => (rank, peer)));

    public (Link Low, Link High) Create(int low, int high)
    {
        var secret = new byte[KeySchedule.SecretLength];
        BitConverter.TryWriteBytes(secret, bug == Bug.ReusesCounters ? (low << 16) + high : ++_made);
        var (lows, highs) = (new List<LinkLane>(), new List<LinkLane>());
        for (ushort lane = 0; lane < lanes; lane++)
        {
            var (first, second) = MemoryLane.CreatePair(random.Next(100, 2000));
            lows.Add(Protect(first, lane, low, high, secret));
            highs.Add(Protect(second, lane, high, low, secret));
        }

        return (new Link(high, lows), new Link(low, highs));
    }

    private LinkLane Protect(MemoryLane lane, ushort number, int local, int peer, byte[] secret)
    {
        // Half of the cuts come early in the life of a link, among descriptors, messages and acknowledgements.
        var breaks = Cuts < maxCuts && random.Next(3) == 0;
        return new LinkLane(
            breaks ? new CuttingLane(lane, random.Next(1, random.Next(2) == 0 ? 300 : 4000), () => Cuts++) : lane,
            new AeadSealer(new KeyChain([.. secret], number, (uint)local, (uint)peer), Engine()),
            new AeadOpener(new KeyChain([.. secret], number, (uint)peer, (uint)local), Engine()));
    }

    private RecordingEngine Engine()
    {
        var engine = new RecordingEngine(_nonces);
        _engines.Add(engine);
        return engine;
    }
}
