using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>
/// Tells whether a worker could listen on its ports now. Nothing is reserved: another process may take a port afterwards.
/// </summary>
internal static class FreePorts
{
    /// <summary>
    /// Binds a port for a moment. A socket that is bound and does not listen keeps no other of its kind from binding, so several workers of
    /// a host can check the same range at the same time; a port at which something listens is refused all the same.
    /// </summary>
    /// <param name="address">The local address.</param>
    /// <param name="port">The port; 0 checks the address alone.</param>
    /// <returns><see cref="SocketError.Success"/>, or why the port cannot be used.</returns>
    public static SocketError Try(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true; // As the worker's listener.
            }

            socket.Bind(new IPEndPoint(address, port));
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }

    /// <summary>Counts the ports of the worker's range.</summary>
    /// <param name="address">The local address.</param>
    /// <param name="options">The worker's options, with a range.</param>
    /// <returns>The number of free ports, and of all.</returns>
    public static (int Free, int All) Count(IPAddress address, JobOptions options) =>
        (options.Ports.Count(port => Try(address, port) == SocketError.Success), options.Ports.Count());
}
