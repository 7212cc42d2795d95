using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Testing;

/// <summary>All communicators of a world in one process, joined by in-memory lanes; no network, no keys.</summary>
internal sealed class MemoryGroup : IAsyncDisposable
{
    private MemoryGroup(Communicator[] members) => Members = members;

    /// <summary>The communicators, by rank.</summary>
    public Communicator[] Members { get; }

    /// <param name="size">Ranks.</param>
    /// <param name="lanesPerLink">Lanes of each link.</param>
    /// <param name="chunkBytes">Bytes of a chunk.</param>
    /// <param name="laneCapacity">Bytes that a direction of a lane holds; small values exercise partial sends.</param>
    /// <param name="timeout">Time limit of an operation.</param>
    /// <param name="wrap">May replace a lane: (rank, peer, lane number, lane).</param>
    public static MemoryGroup Create(
        int size,
        int lanesPerLink = 1,
        int chunkBytes = 256 * 1024,
        int laneCapacity = 64 * 1024,
        TimeSpan? timeout = null,
        Func<int, int, int, Lane, Lane>? wrap = null)
    {
        var links = new Dictionary<(int Rank, int Peer), List<LinkLane>>();
        for (var rank = 0; rank < size; rank++)
        {
            var peer = (rank + 1) % size;
            if (peer == rank || links.ContainsKey((rank, peer)))
            {
                continue;
            }

            links[(rank, peer)] = [];
            links[(peer, rank)] = [];
            for (var lane = 0; lane < lanesPerLink; lane++)
            {
                var (first, second) = MemoryLane.CreatePair(laneCapacity);
                links[(rank, peer)].Add(Plain(wrap?.Invoke(rank, peer, lane, first) ?? first));
                links[(peer, rank)].Add(Plain(wrap?.Invoke(peer, rank, lane, second) ?? second));
            }
        }

        var members = new Communicator[size];
        for (var rank = 0; rank < size; rank++)
        {
            var own = links.Where(entry => entry.Key.Rank == rank).Select(entry => new Link(entry.Key.Peer, entry.Value)).ToArray();
            var loop = new Loop($"memory {rank}", rank, size, lanesPerLink, own, new LoopOptions(chunkBytes));
            members[rank] = new Communicator("memory", rank, size, chunkBytes, timeout ?? TimeSpan.FromMinutes(1), loop, () => { });
        }

        return new MemoryGroup(members);
    }

    /// <summary>Runs the same on every rank at once and waits for all.</summary>
    public Task RunAsync(Func<Communicator, Task> body) => Task.WhenAll(Members.Select(member => Task.Run(() => body(member)))).WaitAsync(TimeSpan.FromMinutes(2));

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }
    }

    private static LinkLane Plain(Lane lane) => new(lane, new PlaintextSealer(), new PlaintextOpener());
}
