using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Launchers;

/// <summary>
/// Ports for rank 0 that all workers compute alike where nobody set one: 20000 to 29999, below the ports that Linux gives to outgoing
/// connections (32768 to 60999, net.ipv4.ip_local_port_range).
/// </summary>
internal static class DerivedPort
{
    public const int First = 20000;
    public const int Count = 10000;

    /// <summary>The distance to a port that is taken: half of all there are, so that it is never the port itself.</summary>
    private const int Distance = Count / 2;

    /// <summary>A prime: steps 0 to 30 of a job never meet those of the next one.</summary>
    private const int StepsPerJob = 31;

    /// <summary>20000 + (the first four bytes of SHA-256 of the run id's UTF-8, big-endian) mod 10000.</summary>
    public static int Of(string runId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(runId), hash);
        return First + (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % Count);
    }

    /// <summary>20000 + (31 * job + step) mod 10000.</summary>
    public static int Of(int job, int step) => First + (int)(((long)job * StepsPerJob + step) % Count);

    /// <summary>20000 + (port + 5000) mod 10000: another port than the one that is taken.</summary>
    public static int Beside(int port) => First + (port + Distance) % Count;
}
