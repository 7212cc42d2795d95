using System.Runtime.CompilerServices;
using SecureCollectives.Framing;

namespace SecureCollectives.Reduction;

/// <summary>An element type's size and wire code.</summary>
internal static class ElementType<T>
    where T : unmanaged
{
    public static readonly int Size = Unsafe.SizeOf<T>();

    /// <summary>The type's code on the wire; opaque for types that the protocol does not name.</summary>
    public static readonly ElementCode Code = ElementTypes.CodeOf(typeof(T));
}
