using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// A caller's buffer as bytes, by 64-bit offsets: a <c>Span&lt;byte&gt;</c> ends at 2 GiB, a buffer of elements does not.
/// </summary>
internal readonly ref struct BufferView
{
    private readonly ref byte _start;

    private BufferView(ref byte start, long length)
    {
        _start = ref start;
        Length = length;
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    public static BufferView Over<T>(Span<T> span)
        where T : unmanaged =>
        new(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(span)), (long)span.Length * Unsafe.SizeOf<T>());

    /// <summary>A view of memory that is only read: an operation's input.</summary>
    public static BufferView OverReadOnly<T>(ReadOnlySpan<T> span)
        where T : unmanaged =>
        Over(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(span), span.Length));

    /// <summary>A view of memory that somebody keeps in place meanwhile.</summary>
    public static unsafe BufferView Over(in PinnedBuffer buffer) => new(ref Unsafe.AsRef<byte>((void*)buffer.Address), buffer.Length);

    /// <summary>For <c>fixed</c>.</summary>
    public ref byte GetPinnableReference() => ref _start;

    /// <summary>The part of the view at an offset.</summary>
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
