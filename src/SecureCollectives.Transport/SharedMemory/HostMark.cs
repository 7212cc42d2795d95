using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// A value that is the same for two workers if they may share memory: a hash of the kernel's boot id and the network namespace, which
/// scopes the names of Unix sockets. It is a hint, not a proof: clones of a machine can have the same value.
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
