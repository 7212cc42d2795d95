using System.Net;
using System.Net.Sockets;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>Finds out whether something listens where rank 0 is expected, without joining and without sending anything.</summary>
internal static class MasterProbe
{
    /// <summary>Connects to whichever address answers first, and closes the connection.</summary>
    /// <param name="addresses">The addresses of rank 0, at least one.</param>
    /// <param name="port">MASTER_PORT.</param>
    /// <param name="timeout">How long each address has to answer.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<MasterAnswer> ConnectAsync(
        IReadOnlyList<IPAddress> addresses, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var race = new AddressRace(addresses, port, timeout, TimeProvider.System);
        if (await race.ConnectAsync(cancellationToken).ConfigureAwait(false) is not var (socket, remote))
        {
            return new MasterAnswer(Furthest(race.Failures), null, null);
        }

        using (socket)
        {
            return new MasterAnswer(SocketError.Success, remote.Address, (socket.LocalEndPoint as IPEndPoint)?.Address);
        }
    }

    /// <summary>
    /// Returns the failure of the address that got furthest: a host that refuses a connection is there, and one that does not answer may be
    /// down.
    /// </summary>
    private static SocketError Furthest(IReadOnlyList<(IPAddress Address, SocketException Cause)> failures) =>
        failures.Select(static failure => failure.Cause.SocketErrorCode).MinBy(static error => error switch
        {
            SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted => 0,
            SocketError.TimedOut => 1,
            _ => 2,
        });
}
