using System.Buffers;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// A span as memory, for one call that finishes before it returns: SslStream takes memory only, and lanes are given spans. Nothing is
/// allocated per call.
/// </summary>
/// <remarks>
/// After <see cref="Revoke"/> memory handed out throws when it is used, so that a call that did not finish could never touch what was lent.
/// </remarks>
internal sealed unsafe class BorrowedMemory : MemoryManager<byte>
{
    private byte* _pointer;
    private int _length;

    /// <param name="pointer">Fixed by the caller until it revokes.</param>
    /// <param name="length">Bytes.</param>
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
        // The lender's own fixed statement holds the memory in place.
    }

    protected override void Dispose(bool disposing) => Revoke();
}
