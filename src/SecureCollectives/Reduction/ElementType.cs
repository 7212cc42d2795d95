using System.Runtime.CompilerServices;
using SecureCollectives.Framing;

namespace SecureCollectives.Reduction;

/// <summary>What the collectives know about an element type.</summary>
internal static class ElementType<T>
    where T : unmanaged
{
    public static readonly int Size = Unsafe.SizeOf<T>();

    /// <summary>The type's code on the wire: opaque for those that the protocol has no name for.</summary>
    public static readonly ElementCode Code = ElementTypes.CodeOf(typeof(T));
}
