using System.Numerics;

namespace SecureCollectives.Reduction;

/// <summary>An operator on elements of <see cref="Half"/>.</summary>
internal interface IHalfOperator
{
    /// <summary>For finite elements. A result that is not finite is not looked at.</summary>
    static abstract Vector<ushort> CombineFinite(Vector<ushort> own, Vector<ushort> other);

    /// <summary>For all elements.</summary>
    static abstract void Combine(ReadOnlySpan<Half> own, ReadOnlySpan<Half> other, Span<Half> target);
}
