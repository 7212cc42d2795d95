using System.Collections.Concurrent;
using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Testing;

/// <summary>Replaces the links of a <see cref="MemoryGroup"/>: what workers agree on over their control ports, in one process.</summary>
internal sealed class MemoryLinkKeeper
{
    private readonly ConcurrentDictionary<int, ILinkOwner> _owners = new();
    private readonly ConcurrentDictionary<(int Low, int High), Pair> _pairs = new();
    private readonly ConcurrentQueue<LinkEnd> _ends = new();

    /// <summary>Makes both ends of a link: (lower rank, higher rank, how many were made before it).</summary>
    public Func<int, int, int, (Link Low, Link High)> Create { get; set; } = (_, _, _) => throw new UnreachableException("The group makes links.");

    /// <summary>Awaited before a link is replaced; what it throws fails the link.</summary>
    public Func<int, int, Task> Before { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>May alter what a rank says that it has received: (rank, peer, the truth).</summary>
    public Func<int, int, LinkPositions, LinkPositions> Lie { get; init; } = (_, _, positions) => positions;

    /// <summary>Why links were replaced.</summary>
    public IReadOnlyCollection<LinkEnd> Ends => _ends;

    /// <summary>Links replaced.</summary>
    public int Replaced => _pairs.Values.Sum(pair => pair.Generation);

    /// <summary>The keeper of one rank.</summary>
    public ILinkKeeper For(int rank) => new RankKeeper(this, rank);

    public ILinkOwner Owner(int rank) => _owners[rank];

    public void Add(int rank, ILinkOwner owner) => _owners[rank] = owner;

    private Pair PairOf(int rank, int peer) => _pairs.GetOrAdd((Math.Min(rank, peer), Math.Max(rank, peer)), _ => new Pair());

    private async Task ReplaceAsync(int rank, int peer, Pair pair, int generation)
    {
        var (low, high) = (Math.Min(rank, peer), Math.Max(rank, peer));
        await pair.Turn.WaitAsync();
        try
        {
            if (pair.Generation > generation)
            {
                // Both ends have asked.
                return;
            }

            await Before(rank, peer);
            var ofLow = await _owners[low].SurrenderAsync(high, CancellationToken.None);
            var ofHigh = await _owners[high].SurrenderAsync(low, CancellationToken.None);
            var (first, second) = Create(low, high, pair.Generation + 1);
            pair.Generation++;
            _owners[high].Attach(second, Lie(low, high, ofLow.Positions));
            _owners[low].Attach(first, Lie(high, low, ofHigh.Positions));
        }
        catch (Exception failure)
        {
            _owners[rank].FailLink(peer, AbortReason.PeerLost, failure.Message);
        }
        finally
        {
            pair.Turn.Release();
        }
    }

    private sealed class Pair
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public int Generation { get; set; }
    }

    private sealed class RankKeeper(MemoryLinkKeeper keeper, int rank) : ILinkKeeper
    {
        public void LinkNeedsReplacement(int peer, LinkEnd why)
        {
            keeper._ends.Enqueue(why);
            var pair = keeper.PairOf(rank, peer);
            var generation = pair.Generation;
            _ = Task.Run(() => keeper.ReplaceAsync(rank, peer, pair, generation));
        }
    }
}
