using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Testing;

/// <summary>
/// A port for a listener that starts later. It is below the ephemeral port range, and no other test uses it meanwhile, not even in another
/// process: a lock on a file named after the port reserves it, and ends with the process that holds it.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private const int Lowest = 20_000;
    private const int FirstOutgoing = 32_768;

    private readonly FileStream _lock;

    private ReservedPort(int number, FileStream held) => (Number, _lock) = (number, held);

    public int Number { get; }

    /// <summary>Tries random ports until one is free.</summary>
    public static ReservedPort Draw()
    {
        while (true)
        {
            if (TryDraw(Random.Shared.Next(Lowest, FirstOutgoing)) is { } drawn)
            {
                return drawn;
            }
        }
    }

    /// <summary>Reserves the given port. Returns null if it is not free.</summary>
    public static ReservedPort? TryDraw(int number)
    {
        if (TryLock(number) is not { } held)
        {
            return null;
        }

        if (IsFree(number))
        {
            return new ReservedPort(number, held);
        }

        held.Dispose();
        return null;
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(int number)
    {
        var path = Path.Combine(Path.GetTempPath(), $"secure-collectives-test-port-{number}");
        try
        {
            return new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // Another test holds the lock.
        }
    }

    private static bool IsFree(int number)
    {
        using var listener = new TcpListener(IPAddress.Loopback, number);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
