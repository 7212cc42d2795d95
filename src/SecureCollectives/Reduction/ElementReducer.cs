using System.Runtime.InteropServices;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Reduction;

/// <summary>Reduction of one element type by one operator.</summary>
/// <param name="combine">Combines the values of two sides.</param>
/// <param name="finish">Makes the result of the values of all; null where they are it.</param>
/// <param name="unify">Gives NaNs the same bits; null for types that have none.</param>
internal sealed class ElementReducer<T>(Combination<T> combine, Finishing<T>? finish = null, NaNUnification<T>? unify = null) : Reducer
    where T : unmanaged
{
    public override void Reduce(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> target) =>
        combine(MemoryMarshal.Cast<byte, T>(left), MemoryMarshal.Cast<byte, T>(right), MemoryMarshal.Cast<byte, T>(target));

    public override void Finish(Span<byte> target, int worldSize) => finish?.Invoke(MemoryMarshal.Cast<byte, T>(target), worldSize);

    public override void UnifyNaNs(Span<byte> target) => unify?.Invoke(MemoryMarshal.Cast<byte, T>(target));
}
