using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// A caller's buffer as bytes with 64-bit offsets. A <c>Span&lt;byte&gt;</c> cannot exceed 2 GiB; a buffer of elements can.
/// </summary>
internal readonly ref struct BufferView
{
    private readonly ref byte _start;

    private BufferView(ref byte start, long length)
    {
        _start = ref start;
        Length = length;
    }

    /// <summary>The length in bytes.</summary>
    public long Length { get; }

    public static BufferView Over<T>(Span<T> span)
        where T : unmanaged =>
        new(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(span)), (long)span.Length * Unsafe.SizeOf<T>());

    /// <summary>Returns a view of memory that is only read, such as the input of an operation.</summary>
    public static BufferView OverReadOnly<T>(ReadOnlySpan<T> span)
        where T : unmanaged =>
        Over(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(span), span.Length));

    /// <summary>Returns a view of pinned memory. The caller keeps the buffer pinned while the view is in use.</summary>
    public static unsafe BufferView Over(in PinnedBuffer buffer) => new(ref Unsafe.AsRef<byte>((void*)buffer.Address), buffer.Length);

    /// <summary>Lets <c>fixed</c> pin the view.</summary>
    public ref byte GetPinnableReference() => ref _start;

    /// <summary>Returns <paramref name="length"/> bytes of the view from <paramref name="offset"/> on.</summary>
    public Span<byte> Slice(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            ThrowOutside(offset, length);
        }

        return MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref _start, (nint)offset), length);
    }

    [DoesNotReturn]
    private void ThrowOutside(long offset, int length) =>
        throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} lie outside a buffer of {Length} bytes.");
}
