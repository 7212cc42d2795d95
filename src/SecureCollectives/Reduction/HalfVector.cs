using System.Numerics;
using System.Runtime.CompilerServices;

namespace SecureCollectives.Reduction;

/// <summary>
/// Arithmetic of <see cref="Half"/> by vectors, of which .NET has none of its own: a vector of Half is two of float32, its even elements
/// and its odd ones.
/// </summary>
/// <remarks>
/// An element stands in the upper half of a 32-bit lane. Three places further down it is a float32, because that has the same fields and
/// three more bits of exponent:
/// <code>
///   element   s eeeee mmmmmmmmmm ----------------
///   scaled    s 000eeeee mmmmmmmmmm 0000000000000
/// </code>
/// This *scaled* float32 is the element times 2^-112, by the difference of the exponents' biases; for subnormal elements too, for they
/// become subnormal float32. Infinities and NaNs would become numbers: all here is for finite elements, and <see cref="AreFinite"/> tells.
/// </remarks>
internal static class HalfVector
{
    private const int HalfBits = 16;
    private const int ExtraExponentBits = 3;
    private const int DroppedBits = 13;
    private const int ExponentPlace = 23;
    private const uint SignBit = 0x8000_0000;
    private const uint ScaledBits = 0x8FFF_E000;
    private const uint UpperHalf = 0xFFFF_0000;

    /// <summary>2^112 as what it adds to a float32's exponent.</summary>
    private const uint Rebias = 112u << ExponentPlace;

    /// <summary>2^-14, Half's least normal number, as float32.</summary>
    private const uint LeastNormal = 113u << ExponentPlace;

    /// <summary>2^16, the first number that is too large for Half, as float32.</summary>
    private const uint TooLarge = 143u << ExponentPlace;

    private const short Magnitude = 0x7FFF;
    private const short LargestFinite = 0x7BFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Even(Vector<ushort> elements) => Vector.ShiftLeft(Vector.AsVectorUInt32(elements), HalfBits);

    /// <summary>The lanes' lower halves are left as they are: nobody looks at them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Odd(Vector<ushort> elements) => Vector.AsVectorUInt32(elements);

    /// <summary>The inverse of <see cref="Even"/> and <see cref="Odd"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<ushort> Merge(Vector<uint> even, Vector<uint> odd) =>
        Vector.AsVectorUInt16(Vector.ConditionalSelect(new Vector<uint>(UpperHalf), odd, Vector.ShiftRightLogical(even, HalfBits)));

    /// <summary>Whether no element of any of them is an infinity or a NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFinite(Vector<ushort> first, Vector<ushort> second, Vector<ushort> third)
    {
        var magnitude = new Vector<short>(Magnitude);
        var largest = Vector.Max(
            Vector.Max(Vector.AsVectorInt16(first) & magnitude, Vector.AsVectorInt16(second) & magnitude),
                Vector.AsVectorInt16(third) & magnitude);
        return Vector.LessThanOrEqualAll(largest, new Vector<short>(LargestFinite));
    }

    /// <summary>The sum, rounded to float32 and then to Half; a sum that is too large comes out as none that is finite.</summary>
    /// <remarks>
    /// Scaled numbers can be added as they are. From float32's least normal number on, their sum is rounded to the same 24 bits as that of
    /// the elements; below it neither is rounded, for all are multiples of Half's least number. A sum that is too large is less than 2^17
    /// and so has the exponent of infinity.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Add(Vector<uint> own, Vector<uint> other)
    {
        var rounded = Round(Vector.AsVectorUInt32(Scaled(own) + Scaled(other)));
        return Vector.ConditionalSelect(new Vector<uint>(SignBit), rounded, Vector.ShiftLeft(rounded, ExtraExponentBits));
    }

    /// <summary>The elements as float32, exactly.</summary>
    /// <remarks>
    /// Multiplying by 2^112 would do; but there are processors that add subnormal numbers at once and take 150 cycles to multiply them.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Widen(Vector<uint> elements)
    {
        var sign = elements & new Vector<uint>(SignBit);
        var magnitude = Vector.AsVectorUInt32(Scaled(elements)) ^ sign;
        var normal = magnitude + new Vector<uint>(Rebias);
        // With the least normal exponent the fraction of a subnormal element counts what it should, and a leading one too much.
        var leastNormal = new Vector<uint>(LeastNormal);
        var subnormal = Vector.AsVectorSingle(magnitude + leastNormal) - Vector.AsVectorSingle(leastNormal);
        var isSubnormal = Vector.LessThan(magnitude, new Vector<uint>(1u << ExponentPlace));
        return Vector.AsVectorSingle(Vector.ConditionalSelect(isSubnormal, Vector.AsVectorUInt32(subnormal), normal) | sign);
    }

    /// <summary>Rounds numbers to Half, to the nearest and of two to the even one; infinity where they are too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Narrow(Vector<float> numbers)
    {
        var sign = Vector.AsVectorUInt32(numbers) & new Vector<uint>(SignBit);
        var magnitude = Vector.AsVectorUInt32(numbers) ^ sign;
        var normal = Vector.ShiftLeft(
            Round(Vector.Min(magnitude, new Vector<uint>(TooLarge)) - new Vector<uint>(Rebias)), ExtraExponentBits);
        // Beside 0.5 the last place of float32 is worth Half's least number, 2^-24: the addition rounds, and the fraction counts.
        var subnormal = Vector.ShiftLeft(Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) + new Vector<float>(0.5f)), HalfBits);
        return Vector.ConditionalSelect(Vector.LessThan(magnitude, new Vector<uint>(LeastNormal)), subnormal, normal) | sign;
    }

    /// <summary>Whole numbers in the order of the elements, -0 before 0. Its own inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<short> Order(Vector<short> elements) =>
        elements ^ (Vector.ShiftRightArithmetic(elements, HalfBits - 1) & new Vector<short>(Magnitude));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Scaled(Vector<uint> elements) => Vector.AsVectorSingle(
        Vector.ShiftRightArithmetic(
            Vector.AsVectorInt32(elements), ExtraExponentBits) & Vector.AsVectorInt32(new Vector<uint>(ScaledBits)));

    /// <summary>
    /// Rounds a scaled number's bits where Half ends; what stands below is of no meaning. A carry into the exponent is right there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Round(Vector<uint> scaled) =>
        scaled + new Vector<uint>((1u << (DroppedBits - 1)) - 1) + (Vector.ShiftRightLogical(scaled, DroppedBits) & Vector<uint>.One);
}
