using System.Net;
using System.Net.Sockets;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>Checks whether anything listens at rank 0's expected address, without joining or sending any data.</summary>
internal static class MasterProbe
{
    /// <summary>Connects to whichever address answers first, then closes the connection.</summary>
    /// <param name="addresses">Rank 0's addresses, at least one.</param>
    /// <param name="port">MASTER_PORT.</param>
    /// <param name="timeout">The time limit for each address.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
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
    /// Returns the failure from the address that got furthest: a host that refuses a connection is up, whereas one that does not answer may
    /// be down.
    /// </summary>
    private static SocketError Furthest(IReadOnlyList<(IPAddress Address, SocketException Cause)> failures) =>
        failures.Select(static failure => failure.Cause.SocketErrorCode).MinBy(static error => error switch
        {
            SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted => 0,
            SocketError.TimedOut => 1,
            _ => 2,
        });
}
