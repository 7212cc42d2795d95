using SecureCollectives.Framing;

namespace SecureCollectives.Reduction;

/// <summary>The element types on which collectives can do arithmetic.</summary>
internal static class ElementTypes
{
    /// <summary>The types that support bitwise operators, for messages.</summary>
    public const string Integers = "sbyte, byte, short, ushort, int, uint, long and ulong";

    /// <summary>The types that support arithmetic, for messages.</summary>
    public const string Numbers = "float, double, Half, BFloat16, sbyte, byte, short, ushort, int, uint, long and ulong";

    /// <summary>The floating-point types, for messages.</summary>
    public const string Floats = "float, double, Half and BFloat16";

    private static readonly Dictionary<Type, ElementCode> Codes = new()
    {
        [typeof(float)] = ElementCode.Float32,
        [typeof(double)] = ElementCode.Float64,
        [typeof(Half)] = ElementCode.Float16,
        [typeof(int)] = ElementCode.Int32,
        [typeof(long)] = ElementCode.Int64,
        [typeof(sbyte)] = ElementCode.Int8,
        [typeof(byte)] = ElementCode.UInt8,
        [typeof(short)] = ElementCode.Int16,
        [typeof(ushort)] = ElementCode.UInt16,
        [typeof(uint)] = ElementCode.UInt32,
        [typeof(ulong)] = ElementCode.UInt64,
        [typeof(BFloat16)] = ElementCode.BFloat16,
    };

    public static ElementCode CodeOf(Type type) => Codes.GetValueOrDefault(type, ElementCode.Opaque);
}
