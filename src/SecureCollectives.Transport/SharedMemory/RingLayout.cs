namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// Where things are in the file with which one side sends; proto/README.md, "Memory". Its owner alone writes it. Positions count bytes since the lane began, are 8 bytes in the
/// processor's order, and lie in cache lines of their own, two apart: processors fetch them in pairs.
/// </summary>
internal static class RingLayout
{
    /// <summary>Bytes of a ring: a power of two, and a multiple of every page size.</summary>
    public const int Capacity = 1 << 20;

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

    /// <summary>Bytes of the file.</summary>
    public static readonly int FileLength = Ring + Capacity;
}
