using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>
/// Tells whether a worker could listen on its ports now. Nothing is reserved: another process may take a port afterwards.
/// </summary>
internal static class FreePorts
{
    /// <summary>Listens on a port for a moment.</summary>
    /// <returns><see cref="SocketError.Success"/>, or why the port cannot be used.</returns>
    public static SocketError Try(IPAddress address, int port)
    {
        try
        {
            using var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen();
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }

    /// <summary>Counts the free ports of the worker's range; null if it has none.</summary>
    public static int? InRange(JobOptions options) =>
        options.Ports is { IsRange: true } ports ? ports.Count(port => Try(IPAddress.Any, port) == SocketError.Success) : null;
}
