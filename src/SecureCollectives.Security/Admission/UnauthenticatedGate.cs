using System.Net;

namespace SecureCollectives.Security.Admission;

/// <summary>
/// Limits the number of unauthenticated connections across the listeners that share it: counts connections from accept until they
/// authenticate, and decides before TLS starts whether to serve another. Established links do not count, so no number of other connections
/// disturbs a running job.
/// </summary>
/// <remarks>
/// <para>When the gate is full, the oldest connection is closed in favour of the new one. An honest handshake takes milliseconds, and the
/// rate limit applies first, so a flood cannot push out a connection younger than places / rate (48 / 150 = 0.32 s; within one source
/// address 8 / 100 = 80 ms). Refusing new connections instead would let 48 silent connections lock everyone out.</para>
/// <para>A quarter of the places and of the rate is reserved for member addresses, so members get in no matter who floods a port.</para>
/// <para>Thread-safe.</para>
/// </remarks>
internal sealed class UnauthenticatedGate(AdmissionLimits limits)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    // Oldest first. At most MaxConnections long, so scanning it is cheap and needs no index by source.
    private readonly LinkedList<UnauthenticatedConnection> _connections = new();

    // The handshakes started within the last second; at most MaxHandshakesPerSecond.
    private readonly Queue<(TimeSpan At, SourceAddress Source, bool IsFromMember)> _begun = new(limits.MaxHandshakesPerSecond);
    private long _number;

    /// <summary>The current number of unauthenticated connections.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>The state shared by this worker's listeners.</summary>
    public AdmissionControl Control => limits.Control;

    /// <summary>Requests a place for a newly accepted connection.</summary>
    /// <param name="address">The remote address; an IPv4-mapped IPv6 address counts as IPv4.</param>
    /// <param name="now">The current time, on any monotonic clock.</param>
    /// <param name="abort">Closes the connection; called on the thread of a later connection. Must neither block nor throw.</param>
    /// <returns>
    /// The place; null if too many handshakes began within the last second, in which case the caller must close the connection immediately.
    /// </returns>
    public UnauthenticatedConnection? TryEnter(IPAddress address, TimeSpan now, Action abort)
    {
        var source = SourceAddress.Of(address);
        var isFromMember = limits.Control.Members.Contains(source);
        UnauthenticatedConnection arrival;
        UnauthenticatedConnection? evicted;
        lock (_gate)
        {
            if (!MayBegin(source, isFromMember, now))
            {
                return null;
            }

            _begun.Enqueue((now, source, isFromMember));
            arrival = new UnauthenticatedConnection(this, address, source, isFromMember, ++_number, abort);
            evicted = MakeRoomFor(arrival);
            _connections.AddLast(arrival);
        }

        // Called outside the lock, because closing a connection may call back into Leave.
        evicted?.Abort();
        return arrival;
    }

    internal bool Leave(UnauthenticatedConnection connection)
    {
        lock (_gate)
        {
            return _connections.Remove(connection);
        }
    }

    private bool MayBegin(SourceAddress source, bool isFromMember, TimeSpan now)
    {
        while (_begun.TryPeek(out var oldest) && now - oldest.At >= RateWindow)
        {
            _begun.Dequeue();
        }

        if (_begun.Count >= limits.MaxHandshakesPerSecond)
        {
            return false;
        }

        var ofSource = 0;
        var ofOthers = 0;
        foreach ((_, var begunBy, var byMember) in _begun)
        {
            ofSource += begunBy == source ? 1 : 0;
            ofOthers += byMember ? 0 : 1;
        }

        var ofEverybody = AdmissionLimits.WithoutReserve(limits.MaxHandshakesPerSecond);
        return isFromMember
            ? ofSource < Math.Max(ofEverybody, limits.MaxHandshakesPerSecondPerSource)
            : ofSource < limits.MaxHandshakesPerSecondPerSource && ofOthers < ofEverybody;
    }

    // An arrival needs at most one place: removing a connection from the same source, or of the same kind, also makes room overall.
    private UnauthenticatedConnection? MakeRoomFor(UnauthenticatedConnection arrival)
    {
        var ofSource = 0;
        var ofOthers = 0;
        UnauthenticatedConnection? oldestOfSource = null;
        UnauthenticatedConnection? oldestOther = null;
        foreach (var connection in _connections)
        {
            if (connection.Source == arrival.Source)
            {
                ofSource++;
                oldestOfSource ??= connection;
            }

            if (!connection.IsFromMember)
            {
                ofOthers++;
                oldestOther ??= connection;
            }
        }

        var leaving = ofSource >= limits.MaxConnectionsPerSource ? oldestOfSource
            : !arrival.IsFromMember && ofOthers >= AdmissionLimits.WithoutReserve(limits.MaxConnections) ? oldestOther
            : _connections.Count >= limits.MaxConnections ? oldestOther ?? _connections.First?.Value
            : null;
        if (leaving is not null)
        {
            _connections.Remove(leaving);
        }

        return leaving;
    }
}
