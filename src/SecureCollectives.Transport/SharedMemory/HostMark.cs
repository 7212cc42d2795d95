using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// A value that two workers have in common if they may share memory: a hash of the kernel's boot id and the network namespace, which holds
/// the names of Unix sockets. It is a hint and not a proof: clones of a machine can have it in common too.
/// </summary>
internal static class HostMark
{
    public const int Length = SHA256.HashSizeInBytes;

    private const string BootId = "/proc/sys/kernel/random/boot_id";
    private const string NetworkNamespace = "/proc/self/ns/net";

    /// <summary>Returns the mark of this worker; null if the system does not provide it.</summary>
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
