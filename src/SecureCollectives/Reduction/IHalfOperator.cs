using System.Numerics;

namespace SecureCollectives.Reduction;

/// <summary>An operator on <see cref="Half"/>.</summary>
internal interface IHalfOperator
{
    /// <summary>Combines finite elements. The caller discards a result that is not finite.</summary>
    static abstract Vector<ushort> CombineFinite(Vector<ushort> own, Vector<ushort> other);

    /// <summary>Combines any elements.</summary>
    static abstract void Combine(ReadOnlySpan<Half> own, ReadOnlySpan<Half> other, Span<Half> target);
}
