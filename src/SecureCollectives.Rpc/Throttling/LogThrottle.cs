using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc.Throttling;

/// <summary>
/// Throttles the logging of events that other processes can cause as often as they like, so that no peer can flood the log: logs the first
/// event of each source and kind immediately, then one a minute, each with the number suppressed since. Peers with many addresses can use
/// up the messages for all sources, so faults of this host itself need a throttle of their own.
/// </summary>
/// <remarks>
/// <para>A source can have at most <see cref="MaxKindsPerSource"/> kinds at a time; further kinds are counted but not logged until one of
/// the others is a minute old. All sources together share a token bucket: at most <see cref="MaxMessages"/> messages in a burst, and as
/// many a minute.</para>
/// <para>At most <see cref="MaxSources"/> sources are remembered. Beyond that, the source that has been quiet longest is evicted, and its
/// counts are lost.</para>
/// <para>Thread-safe.</para>
/// </remarks>
/// <param name="clock">Measures the minute.</param>
internal sealed class LogThrottle(TimeProvider clock)
{
    public const int MaxKindsPerSource = 4;
    public const int MaxSources = 128;
    public const int MaxMessages = 256;

    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const int Ipv6Length = 16;
    private const int Ipv6NetworkLength = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<ThrottledSource>> _sources = [];

    // The source that has been quiet longest comes first.
    private readonly LinkedList<ThrottledSource> _order = new();

    private double _messagesLeft = MaxMessages;
    private long _refilled = clock.GetTimestamp();

    /// <summary>Decides whether to log an event, and records it.</summary>
    /// <param name="source">
    /// The address of the peer that caused the event. An IPv6 address counts as its 64-bit network, because a host in such a network can
    /// use any number of addresses; an IPv4-mapped address counts as IPv4.
    /// </param>
    /// <param name="kind">A stable key: events with the same source and kind are throttled together.</param>
    /// <param name="unlogged">The number of such events suppressed since the last logged one; goes at the end of the message.</param>
    /// <returns>Whether to log the event.</returns>
    public bool MayLog(IPAddress source, string kind, out Unlogged unlogged) => MayLog(NameOf(source), kind, out unlogged);

    /// <summary>Decides whether to log an event, and records it.</summary>
    /// <param name="source">The name of the source, such as the rank of a peer.</param>
    /// <param name="kind">A stable key: events with the same source and kind are throttled together.</param>
    /// <param name="unlogged">The number of such events suppressed since the last logged one; goes at the end of the message.</param>
    /// <returns>Whether to log the event.</returns>
    public bool MayLog(string source, string kind, out Unlogged unlogged)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            var entry = Find(source);
            if (entry.IsDue(kind, now, clock) && TryTakeMessage(now))
            {
                unlogged = entry.Log(kind, now, clock);
                return true;
            }

            entry.Skip(kind);
            unlogged = default;
            return false;
        }
    }

    /// <summary>Returns the key under which an address counts; the limits on unauthenticated connections use the same one.</summary>
    internal static string NameOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        Span<byte> network = stackalloc byte[Ipv6Length];
        address.TryWriteBytes(network, out _);
        network[Ipv6NetworkLength..].Clear();
        return $"{new IPAddress(network)}/{8 * Ipv6NetworkLength}";
    }

    private ThrottledSource Find(string name)
    {
        if (_sources.TryGetValue(name, out var node))
        {
            _order.Remove(node);
            _order.AddLast(node);
            return node.Value;
        }

        if (_sources.Count == MaxSources)
        {
            _sources.Remove(_order.First!.Value.Name);
            _order.RemoveFirst();
        }

        var source = new ThrottledSource(name);
        _sources.Add(name, _order.AddLast(source));
        return source;
    }

    private bool TryTakeMessage(long now)
    {
        _messagesLeft = Math.Min(MaxMessages, _messagesLeft + (MaxMessages * (clock.GetElapsedTime(_refilled, now) / Interval)));
        _refilled = now;
        if (_messagesLeft < 1)
        {
            return false;
        }

        _messagesLeft--;
        return true;
    }
}
