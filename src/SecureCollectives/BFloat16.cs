using System.Globalization;

namespace SecureCollectives;

/// <summary>
/// A 16-bit floating-point number in the bfloat16 format of accelerators: the upper half of a float's bits, with the range of float and 8
/// bits of precision.
/// </summary>
/// <remarks>
/// Arithmetic converts to float and back. The type has only those members of <see cref="Half"/> that collectives and their callers need.
/// .NET has no such type before .NET 11.
/// </remarks>
public readonly struct BFloat16 : IEquatable<BFloat16>, IComparable<BFloat16>, IFormattable
{
    private const int DroppedBits = 16;
    private const ushort QuietBit = 0x0040;
    private const ushort SignBit = 0x8000;
    private const ushort InfinityBits = 0x7F80;

    private readonly ushort _bits;

    private BFloat16(ushort bits) => _bits = bits;

    /// <summary>The number 1.</summary>
    public static BFloat16 One => new(0x3F80);

    /// <summary>The largest finite number, 3.3895314e38.</summary>
    public static BFloat16 MaxValue => new(0x7F7F);

    /// <summary>The smallest finite number, -3.3895314e38.</summary>
    public static BFloat16 MinValue => new(0xFF7F);

    /// <summary>The smallest positive number, 9.18355e-41.</summary>
    public static BFloat16 Epsilon => new(0x0001);

    /// <summary>Not a number.</summary>
    public static BFloat16 NaN => new(0xFFC0);

    /// <summary>Positive infinity.</summary>
    public static BFloat16 PositiveInfinity => new(InfinityBits);

    /// <summary>Negative infinity.</summary>
    public static BFloat16 NegativeInfinity => new(InfinityBits | SignBit);

    /// <summary>Converts a number to float, exactly.</summary>
    /// <param name="value">The number to convert.</param>
    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value._bits << DroppedBits);

    /// <summary>Rounds a float to the nearest number, with ties to even; a float that is too large becomes infinity.</summary>
    /// <param name="value">The number to convert.</param>
    public static explicit operator BFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
        {
            // Keep the upper bits and make the NaN quiet: rounding could turn it into an infinity.
            return new BFloat16((ushort)((bits >> DroppedBits) | QuietBit));
        }

        var half = (1u << (DroppedBits - 1)) - 1 + ((bits >> DroppedBits) & 1);
        return new BFloat16((ushort)((bits + half) >> DroppedBits));
    }

    /// <summary>Returns whether two numbers are equal; false if either is NaN.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == (float)right;

    /// <summary>Returns whether two numbers differ; true if either is NaN.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator !=(BFloat16 left, BFloat16 right) => !(left == right);

    /// <summary>Returns whether the left number is less than the right one; false if either is NaN.</summary>
    /// <param name="left">The left number.</param>
    /// <param name="right">The right number.</param>
    public static bool operator <(BFloat16 left, BFloat16 right) => (float)left < (float)right;

    /// <summary>Returns whether the left number is greater than the right one; false if either is NaN.</summary>
    /// <param name="left">The left number.</param>
    /// <param name="right">The right number.</param>
    public static bool operator >(BFloat16 left, BFloat16 right) => (float)left > (float)right;

    /// <summary>Returns whether the left number is less than or equal to the right one; false if either is NaN.</summary>
    /// <param name="left">The left number.</param>
    /// <param name="right">The right number.</param>
    public static bool operator <=(BFloat16 left, BFloat16 right) => (float)left <= (float)right;

    /// <summary>Returns whether the left number is greater than or equal to the right one; false if either is NaN.</summary>
    /// <param name="left">The left number.</param>
    /// <param name="right">The right number.</param>
    public static bool operator >=(BFloat16 left, BFloat16 right) => (float)left >= (float)right;

    /// <summary>Creates a number from its bits.</summary>
    /// <param name="bits">The sign bit, 8 exponent bits and 7 fraction bits.</param>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>Returns the number's bits: the sign bit, 8 exponent bits and 7 fraction bits.</summary>
    public ushort ToBits() => _bits;

    /// <summary>Returns whether a value is NaN.</summary>
    /// <param name="value">The value to test.</param>
    public static bool IsNaN(BFloat16 value) => (value._bits & ~SignBit) > InfinityBits;

    /// <summary>Compares two numbers like <see cref="float.CompareTo(float)"/>: NaN comes before all numbers.</summary>
    /// <param name="other">The number to compare with.</param>
    public int CompareTo(BFloat16 other) => ((float)this).CompareTo((float)other);

    /// <summary>Compares two numbers like <see cref="float.Equals(float)"/>: NaN equals NaN.</summary>
    /// <param name="other">The number to compare with.</param>
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
