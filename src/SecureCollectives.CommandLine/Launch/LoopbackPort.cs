using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Finds the port for the rendezvous. It is released again, and rank 0 binds it a moment later; so it is taken from below the ports that
/// the system gives to outgoing connections, any of which could have it by then.
/// </summary>
internal static class LoopbackPort
{
    private const int AnyPort = 0;
    private const int Lowest = 20_000;
    private const int Tries = 100;

    /// <summary>
    /// The first outgoing port of Linux unless it was configured otherwise; then the worst is a port that can be lost again.
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
                // In use; another is tried.
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
                $"port {port} on 127.0.0.1 cannot be used: {reason}. Choose another, or leave --port out and a free one is taken.");
        }
    }

    private static int Probe(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
