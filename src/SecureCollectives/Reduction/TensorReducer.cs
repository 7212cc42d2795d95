using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Reduction;

/// <summary>Reduction of one element type by System.Numerics.Tensors, which uses the widest vectors that the processor has.</summary>
/// <remarks>The operators commute but for the payloads of NaNs.</remarks>
internal sealed class TensorReducer<T> : Reducer
    where T : unmanaged, INumber<T>
{
    private static readonly Dictionary<OperatorCode, TensorReducer<T>> Instances =
        Enum.GetValues<OperatorCode>().Where(code => code != OperatorCode.None).ToDictionary(code => code, code => new TensorReducer<T>(code));

    private readonly OperatorCode _operator;

    private TensorReducer(OperatorCode code) => _operator = code;

    /// <summary>The reducer of the element type, which for <see cref="Half"/> is another than this.</summary>
    public static Reducer For(ReduceOp operation) => typeof(T) == typeof(Half) ? HalfReducer.For(operation) : Instances[operation.Code];

    public override void Reduce(ReadOnlySpan<byte> operand, ReadOnlySpan<byte> received, Span<byte> target, int worldSize)
    {
        var own = MemoryMarshal.Cast<byte, T>(operand);
        var other = MemoryMarshal.Cast<byte, T>(received);
        var result = MemoryMarshal.Cast<byte, T>(target);
        switch (_operator)
        {
            case OperatorCode.Sum:
                TensorPrimitives.Add(own, other, result);
                break;
            case OperatorCode.Average:
                TensorPrimitives.Add(own, other, result);
                if (worldSize > 0)
                {
                    TensorPrimitives.Divide(result, T.CreateChecked(worldSize), result);
                }

                break;
            case OperatorCode.Min:
                TensorPrimitives.Min(own, other, result);
                break;
            case OperatorCode.Max:
                TensorPrimitives.Max(own, other, result);
                break;
            case OperatorCode.Product:
                TensorPrimitives.Multiply(own, other, result);
                break;
            default:
                throw new UnreachableException($"No reducer for {_operator}.");
        }
    }

    public override void UnifyNaNs(Span<byte> target)
    {
        if (typeof(T) == typeof(float))
        {
            UnifyNaNs(MemoryMarshal.Cast<byte, float>(target), float.NaN);
        }
        else if (typeof(T) == typeof(double))
        {
            UnifyNaNs(MemoryMarshal.Cast<byte, double>(target), double.NaN);
        }
    }

    private static void UnifyNaNs<TElement>(Span<TElement> target, TElement nan)
        where TElement : unmanaged, IFloatingPoint<TElement>
    {
        var vectors = MemoryMarshal.Cast<TElement, Vector<TElement>>(target);
        foreach (ref var vector in vectors)
        {
            vector = Vector.ConditionalSelect(Vector.Equals(vector, vector), vector, new Vector<TElement>(nan));
        }

        foreach (ref var element in target[(vectors.Length * Vector<TElement>.Count)..])
        {
            element = TElement.IsNaN(element) ? nan : element;
        }
    }
}
