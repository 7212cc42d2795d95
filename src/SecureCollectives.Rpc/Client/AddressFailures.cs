using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>Collects what happened at each address of a host, and makes one exception of it.</summary>
/// <param name="target">The host and port, for messages.</param>
/// <param name="limit">The time limit for all addresses together, for messages.</param>
internal sealed class AddressFailures(string target, TimeSpan limit)
{
    private const int MaxNamed = 4;

    private readonly List<Entry> _failures = [];

    /// <summary>Adds an address to which no TCP connection could be made.</summary>
    public void Add(IPAddress address, SocketException cause) => Add(address, isConnected: false, cause.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new ConnectionException(
            ConnectionFailure.Refused,
            $"{target} refused the connection: nothing listens there (yet). Check the address and that the peer runs.",
            cause),
        SocketError.TimedOut => new ConnectionException(
            ConnectionFailure.TimedOut, $"{target} did not answer. Check that it runs and that no firewall drops the packets.", cause),
        SocketError.ConnectionReset or SocketError.ConnectionAborted => new ConnectionException(
            ConnectionFailure.ClosedByPeer,
            $"{target} closed the connection at once: it may be too busy, or refuse us; see its log.",
            cause),
        _ => new ConnectionException(
            ConnectionFailure.Unreachable, $"{target} cannot be reached: {cause.Message}. Check the address and the network.", cause),
    }, cause.Message);

    /// <summary>Adds an address that accepted the connection, but with which no TLS or HTTP/2 could be agreed on.</summary>
    public void Add(IPAddress address, ConnectionException failure) => Add(address, isConnected: true, failure, failure.Summary);

    /// <summary>Adds an address without an answer when its time was over.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isConnected">Whether it had accepted the connection.</param>
    /// <param name="cause">The exception that ended the wait.</param>
    public void AddLate(IPAddress address, bool isConnected, Exception cause) => Add(
        address,
        isConnected,
        new ConnectionException(
            ConnectionFailure.TimedOut,
            $"Connecting to {target} took longer than {limit.TotalSeconds:0.###} s. "
                + "Check that it runs and that no firewall drops the packets.",
            cause),
        isConnected ? "the TLS handshake was not finished in time" : "there was no answer in time");

    /// <summary>
    /// Returns the exception of the whole attempt. The failure that says most about the peer speaks for all; of several addresses, the
    /// message names each with its failure.
    /// </summary>
    public ConnectionException ToException()
    {
        var chosen = _failures.MinBy(Rank).Exception;
        if (_failures.Count == 1)
        {
            return chosen;
        }

        var tried = string.Join(
            ", ", _failures.Take(MaxNamed).Select(failure => $"{failure.Address} ({failure.Summary.TrimEnd('.')})"));
        if (_failures.Count > MaxNamed)
        {
            tried += $" and {_failures.Count - MaxNamed} more";
        }

        return new ConnectionException(chosen.Failure, $"{chosen.Message} Tried: {tried}.", chosen.Status.DebugException);
    }

    /// <summary>
    /// Returns how much a failure says about the peer; the lowest says most. First come failures of something that may be the peer and may
    /// succeed later, then addresses that refused or did not answer, because the peer may start to listen there. What has answered as
    /// somebody else, or breaks our rules, comes after these: it must not make final what the peer at another address can still mend.
    /// Addresses without a route come last.
    /// </summary>
    private static int Rank(Entry entry) => entry.Exception.Failure switch
    {
        ConnectionFailure.NotTrustedNow => 0,
        ConnectionFailure.ClosedByPeer => 1,
        ConnectionFailure.TimedOut when entry.IsConnected => 2,
        ConnectionFailure.Refused => 3,
        ConnectionFailure.TimedOut => 4,
        ConnectionFailure.OtherPeer => 5,
        ConnectionFailure.TlsFailed => 6,
        ConnectionFailure.NotGrpc => 7,
        _ => 8,
    };

    private void Add(IPAddress address, bool isConnected, ConnectionException exception, string summary) =>
        _failures.Add(new Entry(address, isConnected, exception, summary));

    private readonly record struct Entry(IPAddress Address, bool IsConnected, ConnectionException Exception, string Summary);
}
