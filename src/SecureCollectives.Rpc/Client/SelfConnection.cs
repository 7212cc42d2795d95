using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>
/// A TCP connection whose two ends are the same socket. If nothing is listening on a local port in the ephemeral range, the kernel may
/// choose that very port as the source port, and the SYN then meets itself (RFC 9293, section 3.5, simultaneous open).
/// </summary>
internal static class SelfConnection
{
    /// <summary>
    /// Resets and closes a socket that is connected to itself, leaving no TIME-WAIT that would keep a listener off the port.
    /// </summary>
    /// <param name="socket">The connected socket.</param>
    /// <param name="remote">The address that it was connected to.</param>
    /// <returns>Whether it was connected to itself.</returns>
    public static bool TryReset(Socket socket, IPEndPoint remote)
    {
        if (!remote.Equals(socket.LocalEndPoint))
        {
            return false;
        }

        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        return true;
    }
}
