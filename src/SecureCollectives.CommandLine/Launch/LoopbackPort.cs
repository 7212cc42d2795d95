using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Finds a port for the rendezvous. The port is released before rank 0 binds it a moment later, so it is chosen below the ephemeral port
/// range: any outgoing connection could take an ephemeral port in between.
/// </summary>
internal static class LoopbackPort
{
    private const int AnyPort = 0;
    private const int Lowest = 20_000;
    private const int Tries = 100;

    /// <summary>
    /// The lowest ephemeral port on Linux by default. On a system with another range, an outgoing connection can still take the port.
    /// </summary>
    private const int FirstOutgoing = 32_768;

    public static int FindFree()
    {
        for (var i = 0; i < Tries; i++)
        {
            try
            {
                return Probe(Random.Shared.Next(Lowest, FirstOutgoing));
            }
            catch (SocketException)
            {
                // The port is in use.
            }
        }

        return Probe(AnyPort);
    }

    /// <exception cref="CommandFailureException">The port cannot be bound.</exception>
    public static void EnsureFree(int port)
    {
        try
        {
            Probe(port);
        }
        catch (SocketException e)
        {
            var reason = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "it is in use",
                SocketError.AccessDenied => "this user may not bind it",
                _ => e.Message,
            };
            throw new CommandFailureException(ExitCode.Usage,
                $"port {port} on 127.0.0.1 cannot be used: {reason}. Choose another, or omit --port to use a free one.");
        }
    }

    private static int Probe(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
