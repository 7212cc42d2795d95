using System.Buffers;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Memory whose owner can revoke it while an operation is queued.</summary>
internal sealed class RefusingMemory(int length) : MemoryManager<int>
{
    private readonly int[] _content = new int[length];

    public bool Refuses { get; set; }

    public override Memory<int> Memory => CreateMemory(_content.Length);

    public override Span<int> GetSpan() => Refuses ? throw new ObjectDisposedException(nameof(RefusingMemory)) : _content;

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin() => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
    }
}
