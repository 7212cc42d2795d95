using System.Collections.Concurrent;
using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Testing;

/// <summary>Replaces the links of a <see cref="MemoryGroup"/> in one process; workers negotiate this over their control ports.</summary>
internal sealed class MemoryLinkKeeper
{
    private readonly ConcurrentDictionary<(int Rank, int Channel), ILinkOwner> _owners = new();
    private readonly ConcurrentDictionary<(int Low, int High, int Channel), Pair> _pairs = new();
    private readonly ConcurrentQueue<LinkEnd> _ends = new();

    /// <summary>Creates both ends of a link: (lower rank, higher rank, channel).</summary>
    public Func<int, int, int, (Link Low, Link High)> Create { get; set; } = (_, _, _) =>
        throw new UnreachableException("The group has not set Create.");

    /// <summary>Awaited before a link is replaced; an exception from it fails the link.</summary>
    public Func<int, int, Task> Before { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>May falsify the positions that a rank reports: (rank, peer, true positions).</summary>
    public Func<int, int, LinkPositions, LinkPositions> Lie { get; init; } = (_, _, positions) => positions;

    /// <summary>The reasons why links were replaced.</summary>
    public IReadOnlyCollection<LinkEnd> Ends => _ends;

    /// <summary>The number of replaced links.</summary>
    public int Replaced => _pairs.Values.Sum(pair => pair.Generation);

    /// <summary>Returns the number of links replaced in one channel.</summary>
    public int ReplacedIn(int channel) => _pairs.Where(pair => pair.Key.Channel == channel).Sum(pair => pair.Value.Generation);

    /// <summary>Returns the link keeper for one channel of one rank.</summary>
    public ILinkKeeper For(int rank, int channel = 0) => new RankKeeper(this, rank, channel);

    public ILinkOwner Owner(int rank, int channel = 0) => _owners[(rank, channel)];

    public void Add(int rank, ILinkOwner owner, int channel = 0) => _owners[(rank, channel)] = owner;

    private Pair PairOf(int rank, int peer, int channel) =>
        _pairs.GetOrAdd((Math.Min(rank, peer), Math.Max(rank, peer), channel), _ => new Pair());

    private async Task ReplaceAsync(int rank, int peer, int channel, Pair pair, int generation)
    {
        var (low, high) = (Math.Min(rank, peer), Math.Max(rank, peer));
        await pair.Turn.WaitAsync();
        try
        {
            if (pair.Generation > generation)
            {
                // The other end has asked for the same replacement.
                return;
            }

            await Before(rank, peer);
            var ofLow = await _owners[(low, channel)].SurrenderAsync(high, CancellationToken.None);
            var ofHigh = await _owners[(high, channel)].SurrenderAsync(low, CancellationToken.None);
            var (first, second) = Create(low, high, channel);
            pair.Generation++;
            _owners[(high, channel)].Attach(second, Lie(low, high, ofLow.Positions));
            _owners[(low, channel)].Attach(first, Lie(high, low, ofHigh.Positions));
        }
        catch (Exception failure)
        {
            _owners[(rank, channel)].FailLink(peer, AbortReason.PeerLost, failure.Message);
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

    private sealed class RankKeeper(MemoryLinkKeeper keeper, int rank, int channel) : ILinkKeeper
    {
        public void LinkNeedsReplacement(int peer, LinkEnd why)
        {
            keeper._ends.Enqueue(why);
            var pair = keeper.PairOf(rank, peer, channel);
            var generation = pair.Generation;
            _ = Task.Run(() => keeper.ReplaceAsync(rank, peer, channel, pair, generation));
        }
    }
}
