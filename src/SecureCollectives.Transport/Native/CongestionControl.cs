using System.Runtime.InteropServices;
using System.Text;

namespace SecureCollectives.Transport.Native;

/// <summary>Selects the congestion control algorithm of a lane's connection.</summary>
internal static unsafe class CongestionControl
{
    private const int Tcp = 6;
    private const int CongestionOption = 13;
    private const int InfoOption = 11;

    /// <summary>The offset of the smoothed round-trip time, in microseconds, in struct tcp_info (linux/tcp.h).</summary>
    private const int RoundTripOffset = 68;

    /// <summary>Selects an algorithm by name.</summary>
    /// <param name="descriptor">The descriptor of a connected TCP socket.</param>
    /// <param name="name">A name from /proc/sys/net/ipv4/tcp_available_congestion_control.</param>
    /// <returns>Whether the kernel has the algorithm and allows it.</returns>
    public static bool TrySet(int descriptor, string name)
    {
        var bytes = Encoding.ASCII.GetBytes(name);
        fixed (byte* value = bytes)
        {
            return Libc.SetSocketOption(descriptor, Tcp, CongestionOption, value, (uint)bytes.Length) == 0;
        }
    }

    /// <summary>Returns the algorithm in use; null if the descriptor is not a TCP socket.</summary>
    public static string? Get(int descriptor)
    {
        const int MaxName = 16; // TCP_CA_NAME_MAX
        var name = stackalloc byte[MaxName];
        uint length = MaxName;
        return Libc.GetSocketOption(descriptor, Tcp, CongestionOption, name, &length) == 0 ? Marshal.PtrToStringAnsi((nint)name) : null;
    }

    /// <summary>
    /// Returns the round-trip time that the kernel has measured on the connection; null if the descriptor is not a TCP socket.
    /// </summary>
    public static TimeSpan? RoundTripTime(int descriptor)
    {
        var info = stackalloc byte[RoundTripOffset + sizeof(uint)];
        uint length = RoundTripOffset + sizeof(uint);
        return Libc.GetSocketOption(descriptor, Tcp, InfoOption, info, &length) == 0 && length == RoundTripOffset + sizeof(uint)
            ? TimeSpan.FromMicroseconds(*(uint*)(info + RoundTripOffset))
            : null;
    }
}
