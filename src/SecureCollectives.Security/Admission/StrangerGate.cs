using System.Net;

namespace SecureCollectives.Security.Admission;

/// <summary>
/// Keeps strangers cheap: counts a listener's connections from accept until they have proved who they are, and decides before TLS starts
/// whether to serve one more. Links in use are not counted, so that no number of strangers disturbs a running job.
/// </summary>
/// <remarks>
/// When full, the oldest stranger goes and the newcomer is served: an honest handshake takes milliseconds, and the rate limit comes
/// first, so that a flood cannot push out one younger than places / rate (64 / 200 = 0.32 s; within one source address 8 / 200 = 40 ms).
/// Refusing newcomers instead would let 64 silent connections lock everyone out. Thread-safe.
/// </remarks>
internal sealed class StrangerGate(StrangerLimits limits)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    // Oldest first. At most MaxConnections long, so that walking it is cheap and needs no index by source.
    private readonly LinkedList<Stranger> _strangers = new();

    // When each of the last MaxHandshakesPerSecond handshakes began, as a ring: the next slot holds the oldest of them.
    private readonly TimeSpan?[] _begun = new TimeSpan?[limits.MaxHandshakesPerSecond];
    private int _next;

    /// <summary>Unauthenticated connections at the moment.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _strangers.Count;
            }
        }
    }

    /// <summary>Asks for a place for a connection just accepted.</summary>
    /// <param name="source">Where it comes from; IPv4 in IPv6 form counts as IPv4.</param>
    /// <param name="now">The time on any clock that only goes forward.</param>
    /// <param name="abort">Closes the connection, on the thread of a later arrival. Must neither block nor throw.</param>
    /// <returns>Null when too many handshakes began within the last second: close the connection at once.</returns>
    public Stranger? TryEnter(IPAddress source, TimeSpan now, Action abort)
    {
        var arrival = new Stranger(this, source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source, abort);
        Stranger? evicted;
        lock (_gate)
        {
            if (_begun[_next] is { } oldest && now - oldest < RateWindow)
            {
                return null;
            }

            _begun[_next] = now;
            _next = (_next + 1) % _begun.Length;
            evicted = MakeRoomFor(arrival.Source);
            _strangers.AddLast(arrival);
        }

        // Outside the lock: closing a connection may call back into Leave.
        evicted?.Abort();
        return arrival;
    }

    internal bool Leave(Stranger stranger)
    {
        lock (_gate)
        {
            return _strangers.Remove(stranger);
        }
    }

    // One arrival needs at most one place: removing one of its own source makes room in the whole as well.
    private Stranger? MakeRoomFor(IPAddress source)
    {
        int ofSource = 0;
        Stranger? oldestOfSource = null;
        foreach (Stranger stranger in _strangers)
        {
            if (stranger.Source.Equals(source))
            {
                ofSource++;
                oldestOfSource ??= stranger;
            }
        }

        Stranger? leaving = ofSource >= limits.MaxConnectionsPerSource ? oldestOfSource
            : _strangers.Count >= limits.MaxConnections ? _strangers.First?.Value
            : null;
        if (leaving is not null)
        {
            _strangers.Remove(leaving);
        }

        return leaving;
    }
}
