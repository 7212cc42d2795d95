using System.Runtime.InteropServices;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Reduction;

/// <summary>Reduces elements of one type with one operator.</summary>
/// <param name="combine">Combines two operands of equal length into a target, which may be either operand.</param>
/// <param name="finish">Turns the combined values of all ranks into the result; null if they are the result.</param>
/// <param name="unify">Gives all NaNs the same bits; null for types without NaN.</param>
internal sealed class ElementReducer<T>(Combination<T> combine, Finishing<T>? finish = null, NaNUnification<T>? unify = null) : Reducer
    where T : unmanaged
{
    public override void Reduce(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> target) =>
        combine(MemoryMarshal.Cast<byte, T>(left), MemoryMarshal.Cast<byte, T>(right), MemoryMarshal.Cast<byte, T>(target));

    public override void Finish(Span<byte> target, int worldSize) => finish?.Invoke(MemoryMarshal.Cast<byte, T>(target), worldSize);

    public override void UnifyNaNs(Span<byte> target) => unify?.Invoke(MemoryMarshal.Cast<byte, T>(target));
}
