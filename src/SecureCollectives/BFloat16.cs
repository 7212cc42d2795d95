using System.Globalization;

namespace SecureCollectives;

/// <summary>
/// A 16-bit floating-point number with the range of float and 8 bits of precision, as accelerators use it: the upper half of a float's
/// bits.
/// </summary>
/// <remarks>
/// Arithmetic is done in float, by converting. The members are those of <see cref="Half"/> that collectives and their callers need; the
/// runtime has no such type before .NET 11.
/// </remarks>
public readonly struct BFloat16 : IEquatable<BFloat16>, IComparable<BFloat16>, IFormattable
{
    private const int DroppedBits = 16;
    private const ushort QuietBit = 0x0040;
    private const ushort SignBit = 0x8000;
    private const ushort InfinityBits = 0x7F80;

    private readonly ushort _bits;

    private BFloat16(ushort bits) => _bits = bits;

    /// <summary>1.</summary>
    public static BFloat16 One => new(0x3F80);

    /// <summary>The greatest finite number, 3.3895314e38.</summary>
    public static BFloat16 MaxValue => new(0x7F7F);

    /// <summary>The least finite number, -3.3895314e38.</summary>
    public static BFloat16 MinValue => new(0xFF7F);

    /// <summary>The least number above zero, 9.18355e-41.</summary>
    public static BFloat16 Epsilon => new(0x0001);

    /// <summary>Not a number.</summary>
    public static BFloat16 NaN => new(0xFFC0);

    /// <summary>Positive infinity.</summary>
    public static BFloat16 PositiveInfinity => new(InfinityBits);

    /// <summary>Negative infinity.</summary>
    public static BFloat16 NegativeInfinity => new(InfinityBits | SignBit);

    /// <summary>The number as a float, exactly.</summary>
    /// <param name="value">The number.</param>
    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value._bits << DroppedBits);

    /// <summary>Rounds to the nearest, and of two that are as near to the even one; infinity where the number is too large.</summary>
    /// <param name="value">The number.</param>
    public static explicit operator BFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
        {
            // Its upper bits, quiet: rounding could make an infinity of it.
            return new BFloat16((ushort)((bits >> DroppedBits) | QuietBit));
        }

        var half = (1u << (DroppedBits - 1)) - 1 + ((bits >> DroppedBits) & 1);
        return new BFloat16((ushort)((bits + half) >> DroppedBits));
    }

    /// <summary>Whether both are numbers, and the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == (float)right;

    /// <summary>Whether they differ, or one is no number.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(BFloat16 left, BFloat16 right) => !(left == right);

    /// <summary>Whether the left number is less.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(BFloat16 left, BFloat16 right) => (float)left < (float)right;

    /// <summary>Whether the left number is greater.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(BFloat16 left, BFloat16 right) => (float)left > (float)right;

    /// <summary>Whether the left number is less, or the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(BFloat16 left, BFloat16 right) => (float)left <= (float)right;

    /// <summary>Whether the left number is greater, or the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(BFloat16 left, BFloat16 right) => (float)left >= (float)right;

    /// <summary>The number that has these bits.</summary>
    /// <param name="bits">Sign, 8 bits of exponent, 7 of fraction.</param>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>The number's bits: sign, 8 bits of exponent, 7 of fraction.</summary>
    public ushort ToBits() => _bits;

    /// <summary>Whether it is not a number.</summary>
    /// <param name="value">What may be one.</param>
    public static bool IsNaN(BFloat16 value) => (value._bits & ~SignBit) > InfinityBits;

    /// <summary>As <see cref="float.CompareTo(float)"/>: NaN before all numbers.</summary>
    /// <param name="other">The other.</param>
    public int CompareTo(BFloat16 other) => ((float)this).CompareTo((float)other);

    /// <summary>As <see cref="float.Equals(float)"/>: NaN equals NaN.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(BFloat16 other) => ((float)this).Equals((float)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => ToString(null, CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ((float)this).ToString(format, formatProvider);
}
