using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Launchers;

/// <summary>
/// Derives rank 0's port if none is configured. All workers get the same result, from 20000 to 29999, which is below Linux's ephemeral port
/// range (32768 to 60999, net.ipv4.ip_local_port_range).
/// </summary>
internal static class DerivedPort
{
    public const int First = 20000;
    public const int Count = 10000;

    /// <summary>The offset from a port that is in use: half the range, so the result always differs from that port.</summary>
    private const int Distance = Count / 2;

    /// <summary>The number of ports per job, so that steps 0 to 30 of one job never collide with those of the next.</summary>
    private const int StepsPerJob = 31;

    /// <summary>Returns 20000 + (the first four bytes of SHA-256 of the run id's UTF-8, big-endian) mod 10000.</summary>
    public static int Of(string runId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(runId), hash);
        return First + (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % Count);
    }

    /// <summary>Returns 20000 + (31 * job + step) mod 10000.</summary>
    public static int Of(int job, int step) => First + (int)(((long)job * StepsPerJob + step) % Count);

    /// <summary>Returns 20000 + (port + 5000) mod 10000, a port other than the one in use.</summary>
    public static int Beside(int port) => First + (port + Distance) % Count;
}
