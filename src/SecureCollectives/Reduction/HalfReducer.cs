using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Reduction;

/// <summary>
/// Reduction of <see cref="Half"/>, bit by bit as TensorPrimitives would have it: computed in float32, then rounded. Converting elements of every kind takes
/// several times as long as converting finite ones alone, so vectors of finite elements are combined here, and the others, which are rare, there.
/// </summary>
internal sealed class HalfReducer : Reducer
{
    private const short Magnitude = 0x7FFF;
    private const short Infinity = 0x7C00;

    private static readonly Dictionary<OperatorCode, HalfReducer> Instances =
        Enum.GetValues<OperatorCode>().Where(code => code != OperatorCode.None).ToDictionary(code => code, code => new HalfReducer(code));

    private readonly OperatorCode _operator;

    private HalfReducer(OperatorCode code) => _operator = code;

    public static HalfReducer For(ReduceOp operation) => Instances[operation.Code];

    public override void Reduce(ReadOnlySpan<byte> operand, ReadOnlySpan<byte> received, Span<byte> target, int worldSize)
    {
        var own = MemoryMarshal.Cast<byte, Half>(operand);
        var other = MemoryMarshal.Cast<byte, Half>(received);
        var result = MemoryMarshal.Cast<byte, Half>(target);
        switch (_operator)
        {
            case OperatorCode.Sum:
                Combine<HalfSum>(own, other, result);
                break;
            case OperatorCode.Average:
                Combine<HalfSum>(own, other, result);
                if (worldSize > 0)
                {
                    Divide(result[..own.Length], worldSize);
                }

                break;
            case OperatorCode.Min:
                Combine<HalfMin>(own, other, result);
                break;
            case OperatorCode.Max:
                Combine<HalfMax>(own, other, result);
                break;
            case OperatorCode.Product:
                Combine<HalfProduct>(own, other, result);
                break;
            default:
                throw new UnreachableException($"No reducer for {_operator}.");
        }
    }

    public override void UnifyNaNs(Span<byte> target)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<short>>(target);
        var nan = new Vector<short>(BitConverter.HalfToInt16Bits(Half.NaN));
        foreach (ref var vector in vectors)
        {
            vector = Vector.ConditionalSelect(Vector.GreaterThan(vector & new Vector<short>(Magnitude), new Vector<short>(Infinity)), nan, vector);
        }

        foreach (ref var element in MemoryMarshal.Cast<byte, Half>(target)[(vectors.Length * Vector<short>.Count)..])
        {
            element = Half.IsNaN(element) ? Half.NaN : element;
        }
    }

    private static void Combine<TOperator>(ReadOnlySpan<Half> own, ReadOnlySpan<Half> other, Span<Half> target)
        where TOperator : struct, IHalfOperator
    {
        var owns = MemoryMarshal.Cast<Half, Vector<ushort>>(own);
        var others = MemoryMarshal.Cast<Half, Vector<ushort>>(other)[..owns.Length];
        var targets = MemoryMarshal.Cast<Half, Vector<ushort>>(target)[..owns.Length];
        for (var i = 0; i < owns.Length; i++)
        {
            var result = TOperator.CombineFinite(owns[i], others[i]);
            if (HalfVector.AreFinite(owns[i], others[i], result))
            {
                targets[i] = result;
            }
            else
            {
                var elements = new Range(i * Vector<ushort>.Count, (i + 1) * Vector<ushort>.Count);
                TOperator.Combine(own[elements], other[elements], target[elements]);
            }
        }

        var rest = owns.Length * Vector<ushort>.Count;
        TOperator.Combine(own[rest..], other[rest..], target[rest..]);
    }

    private static void Divide(Span<Half> sum, int worldSize)
    {
        var sums = MemoryMarshal.Cast<Half, Vector<ushort>>(sum);
        var divisor = new Vector<float>(worldSize);
        for (var i = 0; i < sums.Length; i++)
        {
            if (HalfVector.AreFinite(sums[i], sums[i], sums[i]))
            {
                sums[i] = HalfVector.Merge(
                    HalfVector.Narrow(HalfVector.Widen(HalfVector.Even(sums[i])) / divisor),
                    HalfVector.Narrow(HalfVector.Widen(HalfVector.Odd(sums[i])) / divisor));
            }
            else
            {
                DivideEach(sum.Slice(i * Vector<ushort>.Count, Vector<ushort>.Count), worldSize);
            }
        }

        DivideEach(sum[(sums.Length * Vector<ushort>.Count)..], worldSize);
    }

    /// <summary>In float32, because Half holds no whole number above 2048 exactly.</summary>
    private static void DivideEach(Span<Half> sum, int worldSize)
    {
        foreach (ref var element in sum)
        {
            element = (Half)((float)element / worldSize);
        }
    }
}
