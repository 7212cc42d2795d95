using System.Runtime.CompilerServices;
using SecureCollectives.Framing;

namespace SecureCollectives.Reduction;

/// <summary>What the collectives know about an element type.</summary>
internal static class ElementType<T>
    where T : unmanaged
{
    public static readonly int Size = Unsafe.SizeOf<T>();

    private static readonly ElementCode KnownCode =
        typeof(T) == typeof(float) ? ElementCode.Float32
        : typeof(T) == typeof(double) ? ElementCode.Float64
        : typeof(T) == typeof(Half) ? ElementCode.Float16
        : typeof(T) == typeof(int) ? ElementCode.Int32
        : typeof(T) == typeof(long) ? ElementCode.Int64
        : ElementCode.None;

    /// <summary>A small number of the type's own; 0 for types that no collective carries.</summary>
    public static int Index => (int)KnownCode;

    /// <summary>The type's code on the wire.</summary>
    /// <exception cref="ArgumentException">The type is none that collectives carry.</exception>
    public static ElementCode Code => KnownCode != ElementCode.None
        ? KnownCode
        : throw new ArgumentException($"{typeof(T)} cannot be the element type of a collective; float, double, Half, int and long can.");
}
