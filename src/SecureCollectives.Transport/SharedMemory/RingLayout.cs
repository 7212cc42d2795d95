using System.Numerics;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// The layout of the file through which one side sends; proto/README.md, "Memory". Only its owner writes to it. Positions count bytes since
/// the lane began; they are 8 bytes in the processor's byte order and lie in cache lines of their own, two apart, because processors fetch
/// lines in pairs.
/// </summary>
internal static class RingLayout
{
    /// <summary>The smallest size of a ring in bytes: a multiple of every page size.</summary>
    public const int SmallestCapacity = 1 << 16;

    /// <summary>The largest size of a ring in bytes.</summary>
    public const int LargestCapacity = 1 << 20;

    /// <summary>The offset of the number of bytes that the owner has sent.</summary>
    public const int Head = 0;

    /// <summary>The offset of the number of bytes that the owner has received from the peer's ring.</summary>
    public const int Tail = 128;

    /// <summary>The offset of the sleep word: 0 while the owner is awake, otherwise the number of times it has gone to sleep.</summary>
    public const int Sleep = 256;

    /// <summary>The offset of the end word: 1 once the owner has sent its last byte.</summary>
    public const int End = 384;

    /// <summary>The offset of the ring: everything before it is one page.</summary>
    public static readonly int Ring = Environment.SystemPageSize;

    /// <summary>
    /// Returns the size of a ring for payloads of a given length: four of them, rounded up to a power of two. Three frames fit, including
    /// the one that is being sealed. Larger rings cost more than they gain, because the rings of both sides occupy more of a core's L2
    /// cache (2 MiB): AllReduce of 4 and 16 MiB with chunks of 128 KiB took 1.1 to 1.2 times as long with 1 MiB as with 512 KiB. To tune
    /// it, change it and run the benchmark with <c>--world 2 --transports memory --protections plaintext,aead --collectives allreduce</c>.
    /// </summary>
    /// <param name="payloadBytes">The longest payload of a frame, in bytes.</param>
    public static int CapacityFor(int payloadBytes) =>
        Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)payloadBytes * 4), SmallestCapacity, LargestCapacity);

    /// <summary>Returns the size of the file in bytes.</summary>
    public static int FileLength(int capacity) => Ring + capacity;

    /// <summary>Returns the size of the ring in a file of a given length.</summary>
    /// <returns>Whether a ring can have that size.</returns>
    public static bool TryCapacityOf(long fileLength, out int capacity)
    {
        capacity = (int)Math.Clamp(fileLength - Ring, 0, int.MaxValue);
        return fileLength == FileLength(capacity) && BitOperations.IsPow2(capacity)
            && capacity is >= SmallestCapacity and <= LargestCapacity;
    }
}
