using System.Numerics;
using System.Runtime.CompilerServices;

namespace SecureCollectives.Reduction;

/// <summary>
/// Vector arithmetic on <see cref="Half"/>, which .NET does not provide: a vector of Half is two vectors of float32, one of its even
/// elements and one of its odd ones.
/// </summary>
/// <remarks>
/// An element is in the upper half of a 32-bit lane. Shifted right by three bits it is a float32, which has the same fields and three more
/// exponent bits:
/// <code>
///   element   s eeeee mmmmmmmmmm ----------------
///   scaled    s 000eeeee mmmmmmmmmm 0000000000000
/// </code>
/// This *scaled* float32 is the element times 2^-112, because the exponent biases differ by 112. This also holds for subnormal elements,
/// which become subnormal float32. Infinities and NaNs would become finite numbers, so everything here is for finite elements only;
/// <see cref="AreFinite"/> tests for them.
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

    /// <summary>2^112, as an addend to a float32's exponent.</summary>
    private const uint Rebias = 112u << ExponentPlace;

    /// <summary>2^-14, the smallest normal Half, as float32.</summary>
    private const uint LeastNormal = 113u << ExponentPlace;

    /// <summary>2^16, the smallest power of two that is too large for Half, as float32.</summary>
    private const uint TooLarge = 143u << ExponentPlace;

    private const short Magnitude = 0x7FFF;
    private const short LargestFinite = 0x7BFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Even(Vector<ushort> elements) => Vector.ShiftLeft(Vector.AsVectorUInt32(elements), HalfBits);

    /// <summary>Leaves the lower halves of the lanes as they are; they are ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Odd(Vector<ushort> elements) => Vector.AsVectorUInt32(elements);

    /// <summary>The inverse of <see cref="Even"/> and <see cref="Odd"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<ushort> Merge(Vector<uint> even, Vector<uint> odd) =>
        Vector.AsVectorUInt16(Vector.ConditionalSelect(new Vector<uint>(UpperHalf), odd, Vector.ShiftRightLogical(even, HalfBits)));

    /// <summary>Returns whether no element of the three vectors is an infinity or a NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFinite(Vector<ushort> first, Vector<ushort> second, Vector<ushort> third)
    {
        var magnitude = new Vector<short>(Magnitude);
        var largest = Vector.Max(
            Vector.Max(Vector.AsVectorInt16(first) & magnitude, Vector.AsVectorInt16(second) & magnitude),
                Vector.AsVectorInt16(third) & magnitude);
        return Vector.LessThanOrEqualAll(largest, new Vector<short>(LargestFinite));
    }

    /// <summary>
    /// Returns the sum, rounded to float32 and then to Half. A sum that is too large comes out as a value that is not finite.
    /// </summary>
    /// <remarks>
    /// Scaled numbers can be added directly. From the smallest normal float32 up, their sum is rounded to the same 24 bits as the sum of
    /// the elements; below it neither is rounded, because all are multiples of the smallest Half. A sum that is too large is less than 2^17
    /// and therefore has the exponent of infinity.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Add(Vector<uint> own, Vector<uint> other)
    {
        var rounded = Round(Vector.AsVectorUInt32(Scaled(own) + Scaled(other)));
        return Vector.ConditionalSelect(new Vector<uint>(SignBit), rounded, Vector.ShiftLeft(rounded, ExtraExponentBits));
    }

    /// <summary>Converts elements to float32, exactly.</summary>
    /// <remarks>
    /// Multiplying by 2^112 would do the same, but some processors add subnormal numbers at full speed and take 150 cycles to multiply
    /// them.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Widen(Vector<uint> elements)
    {
        var sign = elements & new Vector<uint>(SignBit);
        var magnitude = Vector.AsVectorUInt32(Scaled(elements)) ^ sign;
        var normal = magnitude + new Vector<uint>(Rebias);
        // With the smallest normal exponent, the fraction of a subnormal element has the correct weight; the implicit leading one is
        // subtracted.
        var leastNormal = new Vector<uint>(LeastNormal);
        var subnormal = Vector.AsVectorSingle(magnitude + leastNormal) - Vector.AsVectorSingle(leastNormal);
        var isSubnormal = Vector.LessThan(magnitude, new Vector<uint>(1u << ExponentPlace));
        return Vector.AsVectorSingle(Vector.ConditionalSelect(isSubnormal, Vector.AsVectorUInt32(subnormal), normal) | sign);
    }

    /// <summary>Rounds numbers to Half: to nearest, ties to even. Numbers that are too large become infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Narrow(Vector<float> numbers)
    {
        var sign = Vector.AsVectorUInt32(numbers) & new Vector<uint>(SignBit);
        var magnitude = Vector.AsVectorUInt32(numbers) ^ sign;
        var normal = Vector.ShiftLeft(
            Round(Vector.Min(magnitude, new Vector<uint>(TooLarge)) - new Vector<uint>(Rebias)), ExtraExponentBits);
        // Next to 0.5, the last bit of a float32 has the weight of the smallest Half, 2^-24: the addition rounds, and the fraction is the
        // result.
        var subnormal = Vector.ShiftLeft(Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) + new Vector<float>(0.5f)), HalfBits);
        return Vector.ConditionalSelect(Vector.LessThan(magnitude, new Vector<uint>(LeastNormal)), subnormal, normal) | sign;
    }

    /// <summary>Maps elements to integers of the same order, with -0 below 0. It is its own inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<short> Order(Vector<short> elements) =>
        elements ^ (Vector.ShiftRightArithmetic(elements, HalfBits - 1) & new Vector<short>(Magnitude));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Scaled(Vector<uint> elements) => Vector.AsVectorSingle(
        Vector.ShiftRightArithmetic(
            Vector.AsVectorInt32(elements), ExtraExponentBits) & Vector.AsVectorInt32(new Vector<uint>(ScaledBits)));

    /// <summary>
    /// Rounds the bits of a scaled number at the end of Half's fraction; the bits below are meaningless afterwards. A carry into the
    /// exponent is correct.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Round(Vector<uint> scaled) =>
        scaled + new Vector<uint>((1u << (DroppedBits - 1)) - 1) + (Vector.ShiftRightLogical(scaled, DroppedBits) & Vector<uint>.One);
}
