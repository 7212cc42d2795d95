using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>Collects the failures at each address of a host and combines them into one exception.</summary>
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
            $"{target} refused the connection: nothing is listening there (yet). Check the address and that the peer is running.",
            cause),
        SocketError.TimedOut => new ConnectionException(
            ConnectionFailure.TimedOut, $"{target} did not answer. Check that it is running and not behind a firewall.", cause),
        SocketError.ConnectionReset or SocketError.ConnectionAborted => new ConnectionException(
            ConnectionFailure.ClosedByPeer,
            $"{target} closed the connection immediately. It may be too busy, or may have refused this worker; see its log.",
            cause),
        _ => new ConnectionException(
            ConnectionFailure.Unreachable, $"{target} cannot be reached: {cause.Message}. Check the address and the network.", cause),
    }, cause.Message);

    /// <summary>Adds an address that accepted the connection but failed to negotiate TLS or HTTP/2.</summary>
    public void Add(IPAddress address, ConnectionException failure) => Add(address, isConnected: true, failure, failure.Summary);

    /// <summary>Adds an address that had not answered when the time limit expired.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isConnected">Whether it had accepted the connection.</param>
    /// <param name="cause">The exception that ended the wait.</param>
    public void AddLate(IPAddress address, bool isConnected, Exception cause) => Add(
        address,
        isConnected,
        new ConnectionException(
            ConnectionFailure.TimedOut,
            $"Connecting to {target} took longer than {limit.TotalSeconds:0.###} s. "
                + "Check that it is running and not behind a firewall.",
            cause),
        isConnected ? "the TLS handshake did not finish in time" : "there was no answer in time");

    /// <summary>
    /// Returns the exception for the whole attempt: the failure that says most about the peer. If there were several addresses, the message
    /// lists each of them with its failure.
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
    /// Ranks a failure by how much it says about the peer; the lowest value says most. Failures that may come from the peer itself and may
    /// be transient rank first, followed by addresses that refused the connection or did not answer, because the peer may start listening
    /// there. Hosts that turned out to be someone else, or that break our rules, rank lower: they must not make the failure final while the
    /// peer may still recover at another address. Addresses without a route come last.
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
