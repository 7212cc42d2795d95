using System.Collections.Concurrent;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Makes both ends of each link that replaces another when the first of its ranks asks, in memory.</summary>
/// <param name="suite">The suite that seals frames.</param>
/// <param name="lanes">Lanes of a link.</param>
/// <param name="arrival">When a rank gets its end; at once by default.</param>
internal sealed class ReplacedLinks(SuiteCode suite, int lanes = 1, Func<int, Task>? arrival = null)
{
    private readonly ConcurrentDictionary<(ulong Operation, int Low, int High), Lazy<(Link Low, Link High)>> _links = new();
    private int _ended;
    private int _closed;
    private int _usedTooEarly;

    /// <summary>The operations before which links were opened, once for each end.</summary>
    public ConcurrentBag<ulong> Opened { get; } = [];

    /// <summary>Called with the rank whose loop has taken over its end of a lane.</summary>
    public Action<int>? Attached { get; init; }

    public int Ended => _ended;

    public int Closed => _closed;

    /// <summary>How often a link was used before both ends had ended the one before it; counted where there is one link.</summary>
    public int UsedTooEarly => _usedTooEarly;

    public OpenLinkAgain OpenAgain(int rank) => async (peer, operation, stop) =>
    {
        Opened.Add(operation);
        var (low, high) = (Math.Min(rank, peer), Math.Max(rank, peer));
        var ends = _links.GetOrAdd((operation, low, high), key => new(() => Create(key.Operation, key.Low, key.High))).Value;
        await (arrival?.Invoke(rank).WaitAsync(stop) ?? Task.CompletedTask);
        return rank == low ? ends.Low : ends.High;
    };

    private (Link Low, Link High) Create(ulong operation, int low, int high)
    {
        using var keys = LinkPair.Create(suite, low, high, lanes);
        var ends = Enumerable.Range(0, lanes).Select(_ => MemoryLane.CreatePair(64 * 1024)).ToArray();
        return (
            new Link(high, [.. ends.Select((lane, number) => Wrap(operation, low, lane.First, keys.Initiator, (ushort)number))]),
            new Link(low, [.. ends.Select((lane, number) => Wrap(operation, high, lane.Second, keys.Responder, (ushort)number))]));
    }

    /// <summary>Replaced links end in the order of their operations: one that is used when fewer ends have ended was used too early.</summary>
    private LinkLane Wrap(ulong operation, int rank, Lane lane, LinkKeys keys, ushort number)
    {
        var ended = 0;
        var watched = new WatchedLane(lane)
        {
            Attached = () => Attached?.Invoke(rank),
            Closed = () => Interlocked.Increment(ref _closed),
            Ended = () => _ = Interlocked.Exchange(ref ended, 1) == 0 ? Interlocked.Increment(ref _ended) : 0,
            Used = () => _ = Volatile.Read(ref _ended) < 2 * ((int)operation - 1) ? Interlocked.Increment(ref _usedTooEarly) : 0,
        };
        return new LinkLane(watched, keys.CreateSealer(number), keys.CreateOpener(number));
    }
}
