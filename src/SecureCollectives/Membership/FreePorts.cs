using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>
/// Checks whether a worker could currently listen on its ports. Nothing is reserved: another process may take a port afterwards.
/// </summary>
internal static class FreePorts
{
    /// <summary>
    /// Binds a port briefly. A socket that is bound but not listening does not keep other such sockets from binding, so several workers on
    /// a host can check the same range concurrently. Binding a port with a listener still fails.
    /// </summary>
    /// <param name="address">The local address.</param>
    /// <param name="port">The port; 0 checks the address alone.</param>
    /// <returns><see cref="SocketError.Success"/>, or the error that makes the port unusable.</returns>
    public static SocketError Try(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true; // Like the worker's listener.
            }

            socket.Bind(new IPEndPoint(address, port));
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }

    /// <summary>Counts the ports in the worker's range.</summary>
    /// <param name="address">The local address.</param>
    /// <param name="options">The worker's options, with a range.</param>
    /// <returns>The number of free ports and the total number of ports.</returns>
    public static (int Free, int All) Count(IPAddress address, JobOptions options) =>
        (options.Ports.Count(port => Try(address, port) == SocketError.Success), options.Ports.Count());
}
