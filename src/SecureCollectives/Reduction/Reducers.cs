using System.Numerics;
using System.Numerics.Tensors;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Reduction;

/// <summary>
/// The reducers of an element type, by operator. Those for float, double and integers use System.Numerics.Tensors, with the widest vectors
/// that the processor supports.
/// </summary>
/// <remarks>The operators are commutative except for the payloads of NaNs.</remarks>
internal static class Reducers<T>
    where T : unmanaged
{
    private static readonly Dictionary<OperatorCode, Reducer> All =
        typeof(T) == typeof(float) ? OfFloats<float>()
        : typeof(T) == typeof(double) ? OfFloats<double>()
        : typeof(T) == typeof(Half) ? OfHalf()
        : typeof(T) == typeof(BFloat16) ? OfBFloat16()
        : typeof(T) == typeof(sbyte) ? OfIntegers<sbyte>()
        : typeof(T) == typeof(byte) ? OfIntegers<byte>()
        : typeof(T) == typeof(short) ? OfIntegers<short>()
        : typeof(T) == typeof(ushort) ? OfIntegers<ushort>()
        : typeof(T) == typeof(int) ? OfIntegers<int>()
        : typeof(T) == typeof(uint) ? OfIntegers<uint>()
        : typeof(T) == typeof(long) ? OfIntegers<long>()
        : typeof(T) == typeof(ulong) ? OfIntegers<ulong>()
        : [];

    /// <exception cref="ArgumentException">The type does not support arithmetic, or does not support this operator.</exception>
    public static Reducer Of(OperatorCode operation) => All.TryGetValue(operation, out var reducer) ? reducer : throw new ArgumentException(
        All.Count == 0
            ? $"{typeof(T)} cannot be reduced; {ElementTypes.Numbers} can."
            : $"{typeof(T)} cannot be reduced by {operation}, which applies only to integers; {ElementTypes.Integers} can.");

    private static Dictionary<OperatorCode, Reducer> OfFloats<TFloat>()
        where TFloat : unmanaged, IFloatingPointIeee754<TFloat> =>
        WithAverage<TFloat>(TensorPrimitives.Add, TensorPrimitives.Multiply, TensorPrimitives.Min, TensorPrimitives.Max,
            FloatArithmetic.Divide, FloatArithmetic.UnifyNaNs);

    private static Dictionary<OperatorCode, Reducer> OfHalf() =>
        WithAverage<Half>(HalfArithmetic.Add, HalfArithmetic.Multiply, HalfArithmetic.Min, HalfArithmetic.Max, HalfArithmetic.Divide,
            HalfArithmetic.UnifyNaNs);

    private static Dictionary<OperatorCode, Reducer> OfBFloat16() => WithAverage<BFloat16>(
        BFloat16Arithmetic.Add, BFloat16Arithmetic.Multiply, BFloat16Arithmetic.Min, BFloat16Arithmetic.Max, BFloat16Arithmetic.Divide,
            BFloat16Arithmetic.UnifyNaNs);

    private static Dictionary<OperatorCode, Reducer> OfIntegers<TInteger>()
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        var all = WithAverage<TInteger>(
            TensorPrimitives.Add, TensorPrimitives.Multiply, TensorPrimitives.Min, TensorPrimitives.Max, IntegerArithmetic.Divide, null);
        all[OperatorCode.BitwiseAnd] = new ElementReducer<TInteger>(TensorPrimitives.BitwiseAnd);
        all[OperatorCode.BitwiseOr] = new ElementReducer<TInteger>(TensorPrimitives.BitwiseOr);
        all[OperatorCode.BitwiseXor] = new ElementReducer<TInteger>(TensorPrimitives.Xor);
        return all;
    }

    private static Dictionary<OperatorCode, Reducer> WithAverage<TNumber>(
        Combination<TNumber> add,
        Combination<TNumber> multiply,
        Combination<TNumber> min,
        Combination<TNumber> max,
        Finishing<TNumber> divide,
        NaNUnification<TNumber>? unify)
        where TNumber : unmanaged => new()
        {
            [OperatorCode.Sum] = new ElementReducer<TNumber>(add, null, unify),
            [OperatorCode.Average] = new ElementReducer<TNumber>(add, divide, unify),
            [OperatorCode.Min] = new ElementReducer<TNumber>(min, null, unify),
            [OperatorCode.Max] = new ElementReducer<TNumber>(max, null, unify),
            [OperatorCode.Product] = new ElementReducer<TNumber>(multiply, null, unify),
        };
}
