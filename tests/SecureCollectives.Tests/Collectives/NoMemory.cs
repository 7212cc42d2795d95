using System.Buffers;

namespace SecureCollectives.Tests.Collectives;

/// <summary>A buffer at an unmapped address: reading or writing it crashes the process.</summary>
internal sealed unsafe class NoMemory<T>(int length) : MemoryManager<T>
    where T : unmanaged
{
    public override Span<T> GetSpan() => new((void*)sizeof(nint), length);

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
