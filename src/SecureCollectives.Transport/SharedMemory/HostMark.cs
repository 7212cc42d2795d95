using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// What two workers have in common where they may share memory: the boot of the kernel and the network namespace, in which Unix sockets
/// have their names. A hint and no proof: clones of a machine can have it in common too.
/// </summary>
internal static class HostMark
{
    public const int Length = SHA256.HashSizeInBytes;

    private const string BootId = "/proc/sys/kernel/random/boot_id";
    private const string NetworkNamespace = "/proc/self/ns/net";

    /// <summary>This worker's; null where the system does not tell.</summary>
    public static byte[]? Read()
    {
        try
        {
            return new FileInfo(NetworkNamespace).LinkTarget is { } network
                ? SHA256.HashData(Encoding.UTF8.GetBytes($"sc5 host\n{File.ReadAllText(BootId).Trim()}\n{network}"))
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
