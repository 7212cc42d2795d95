using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureCollectives.Security.Sealing.IpsecMb;

/// <summary>
/// An expanded key and the context of one call, in native memory that is zeroed before it is freed. A SafeHandle, so that freeing waits for
/// a running call and happens even if nobody disposes it.
/// </summary>
internal sealed unsafe class IpsecMbKey : SafeHandle
{
    /// <summary>The alignment of <c>gcm_key_data</c>; the AVX-512 code uses aligned loads.</summary>
    private const int Alignment = 64;

    /// <summary>
    /// The space reserved for <c>gcm_key_data</c>, in bytes. It takes 1008 bytes in versions 1.0 to 1.3 and 1264 in 1.4 to 2.0: 15 round
    /// keys and up to 64 powers of the hash key, 16 bytes each.
    /// </summary>
    private const int KeyDataLength = 4096;

    /// <summary>
    /// The space reserved for <c>gcm_context_data</c>, in bytes. It takes 88 bytes in versions 1.0 to 2.0, and holds key stream and hash
    /// state after a call.
    /// </summary>
    private const int ContextLength = 512;

    private const int Length = KeyDataLength + ContextLength;

    public IpsecMbKey(IpsecMbFunctions functions, ReadOnlySpan<byte> key)
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
        SetHandle((nint)NativeMemory.AlignedAlloc(Length, Alignment));
        Block.Clear();
        fixed (byte* pinned = key)
        {
            functions.Expand(pinned, Data);
        }
    }

    public override bool IsInvalid => handle == 0;

    public byte* Data => (byte*)handle;

    public byte* Context => Data + KeyDataLength;

    /// <summary>
    /// Whether the library left the second half of both structures untouched. Its source shows that the structures are far smaller than the
    /// space reserved for them; this verifies it at run time.
    /// </summary>
    public bool IsWithinBounds =>
        !Block[(KeyDataLength / 2)..KeyDataLength].ContainsAnyExcept((byte)0)
            && !Block[(KeyDataLength + (ContextLength / 2))..].ContainsAnyExcept((byte)0);

    private Span<byte> Block => new((void*)handle, Length);

    /// <summary>Zeroes the key and the context.</summary>
    public void Erase() => CryptographicOperations.ZeroMemory(Block);

    protected override bool ReleaseHandle()
    {
        Erase();
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
