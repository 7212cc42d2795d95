using System.ComponentModel;
using System.Runtime.InteropServices;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>A mapping of a ring's file: the first page, then the ring twice in a row, so that no piece of it ever wraps.</summary>
internal sealed unsafe class RingMapping : SafeHandle
{
    private const int Readable = 1;
    private const int Writable = 2;
    private const int Shared = 0x01;
    private const int Private = 0x02;
    private const int Fixed = 0x10;
    private const int Anonymous = 0x20;

    private readonly nuint _length;

    private RingMapping(int capacity)
        : base(0, ownsHandle: true)
    {
        Capacity = capacity;
        _length = (nuint)(RingLayout.FileLength(capacity) + capacity);
        SetHandle((nint)Mapped(Libc.Map(null, _length, protection: 0, Private | Anonymous, -1, 0)));
    }

    /// <summary>The size of the ring in bytes.</summary>
    public int Capacity { get; }

    public override bool IsInvalid => handle == 0;

    private byte* Start => (byte*)handle;

    /// <summary>Maps the file of a ring.</summary>
    /// <param name="descriptor">The descriptor of the file, whose length must match the ring.</param>
    /// <param name="capacity">The size of the ring in bytes.</param>
    /// <param name="writable">Whether the ring is this worker's own.</param>
    /// <exception cref="Win32Exception">There is no address space left, or the file cannot be mapped.</exception>
    public static RingMapping Map(int descriptor, int capacity, bool writable)
    {
        var mapping = new RingMapping(capacity);
        var fileLength = RingLayout.FileLength(capacity);
        try
        {
            var protection = writable ? Readable | Writable : Readable;
            _ = Mapped(Libc.Map(mapping.Start, (nuint)fileLength, protection, Shared | Fixed, descriptor, 0));
            _ = Mapped(Libc.Map(mapping.Start + fileLength, (nuint)capacity, protection, Shared | Fixed, descriptor, RingLayout.Ring));
            return mapping;
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    /// <summary>Makes all pages resident before they are read. Linux before 5.14 does not support this; the call is then skipped.</summary>
    /// <exception cref="Win32Exception">The pages cannot be made resident.</exception>
    public void Populate()
    {
        const int PopulateForReading = 22;
        if (Libc.Advise(Start, _length, PopulateForReading) != 0 && Marshal.GetLastPInvokeError() is not Libc.InvalidArgument and var error)
        {
            throw new Win32Exception(error);
        }
    }

    /// <summary>Returns a word of the first page.</summary>
    public ref ulong Word(int offset)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return ref *(ulong*)(Start + offset);
    }

    /// <summary>Returns the bytes of the ring from a position on.</summary>
    /// <param name="position">The position, in bytes since the lane began.</param>
    /// <param name="length">The number of bytes; at most <see cref="Capacity"/>.</param>
    public Span<byte> Ring(ulong position, int length)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Capacity, nameof(length));
        return new Span<byte>(Start + RingLayout.Ring + (int)(position & (uint)(Capacity - 1)), length);
    }

    protected override bool ReleaseHandle() => Libc.Unmap(Start, _length) == 0;

    private static void* Mapped(void* address) => (nint)address != -1 ? address : throw new Win32Exception(Marshal.GetLastPInvokeError());
}
