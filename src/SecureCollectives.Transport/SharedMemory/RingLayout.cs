using System.Numerics;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// Where things are in the file with which one side sends; proto/README.md, "Memory". Its owner alone writes it. Positions count bytes
/// since the lane began, are 8 bytes in the processor's order, and lie in cache lines of their own, two apart: processors fetch them in
/// pairs.
/// </summary>
internal static class RingLayout
{
    /// <summary>The least bytes of a ring: a multiple of every page size.</summary>
    public const int SmallestCapacity = 1 << 16;

    /// <summary>The most bytes of a ring.</summary>
    public const int LargestCapacity = 1 << 20;

    /// <summary>Bytes that the owner has sent.</summary>
    public const int Head = 0;

    /// <summary>Bytes that the owner has received, from the peer's ring.</summary>
    public const int Tail = 128;

    /// <summary>0 while the owner is awake, otherwise how often it has gone to sleep.</summary>
    public const int Sleep = 256;

    /// <summary>1 once the owner has sent its last byte.</summary>
    public const int End = 384;

    /// <summary>Where the ring begins: everything before it is one page.</summary>
    public static readonly int Ring = Environment.SystemPageSize;

    /// <summary>
    /// Bytes of a ring that is to carry such payloads: four of them, a power of two. Three frames fit, the one that is being sealed among
    /// them. With more, the rings of both sides take more of a core's L2 cache (2 MiB) than they give: AllReduce of 4 and 16 MiB with
    /// chunks of 128 KiB took 1.1 to 1.2 times as long through 1 MiB as through 512 KiB. To choose again: change it, and run the benchmark
    /// with <c>--world 2 --transports memory --protections plaintext,aead --collectives allreduce</c>.
    /// </summary>
    /// <param name="payloadBytes">The longest payload of a frame.</param>
    public static int CapacityFor(int payloadBytes) =>
        Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)payloadBytes * 4), SmallestCapacity, LargestCapacity);

    /// <summary>Bytes of the file.</summary>
    public static int FileLength(int capacity) => Ring + capacity;

    /// <summary>What a file of such a length has for a ring.</summary>
    /// <returns>Whether a ring can be so long.</returns>
    public static bool TryCapacityOf(long fileLength, out int capacity)
    {
        capacity = (int)Math.Clamp(fileLength - Ring, 0, int.MaxValue);
        return fileLength == FileLength(capacity) && BitOperations.IsPow2(capacity)
            && capacity is >= SmallestCapacity and <= LargestCapacity;
    }
}
