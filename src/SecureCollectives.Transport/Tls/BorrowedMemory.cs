using System.Buffers;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// Presents a span as memory for one call that finishes before it returns: SslStream takes only memory, and lanes are given spans.
/// Allocates nothing per call.
/// </summary>
/// <remarks>
/// After <see cref="Revoke"/>, memory that was handed out throws on use, so a call that did not finish can never touch the span.
/// </remarks>
internal sealed unsafe class BorrowedMemory : MemoryManager<byte>
{
    private byte* _pointer;
    private int _length;

    /// <param name="pointer">The start of the span; the caller keeps it fixed until it calls <see cref="Revoke"/>.</param>
    /// <param name="length">The length of the span in bytes.</param>
    /// <summary>Lends a fixed span as memory.</summary>
    public Memory<byte> Lend(byte* pointer, int length)
    {
        _pointer = pointer;
        _length = length;
        return CreateMemory(length);
    }

    public void Revoke()
    {
        _pointer = null;
        _length = 0;
    }

    public override Span<byte> GetSpan() => new(_pointer, _length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_length, nameof(elementIndex));
        return new MemoryHandle(_pointer + elementIndex);
    }

    public override void Unpin()
    {
        // The lender's fixed statement pins the memory.
    }

    protected override void Dispose(bool disposing) => Revoke();
}
