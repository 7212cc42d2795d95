using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Tests.Simulation;

/// <summary>Makes the links of a simulated world, whose connections are cut after as many bytes as its random numbers say.</summary>
internal sealed class SimulatedLinks(Random random, int lanes, int maxCuts, Bug bug)
{
    private readonly List<RecordingEngine> _engines = [];
    private readonly HashSet<(ulong, ulong)> _nonces = [];
    private int _made;

    /// <summary>Connections cut so far.</summary>
    public int Cuts { get; private set; }

    /// <summary>Whether a nonce was used twice under one key.</summary>
    public bool HasRepeatedNonce => _engines.Exists(engine => engine.HasRepeated);

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
        // Half of the cuts come early in a link, where descriptors, messages and acknowledgements are.
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
