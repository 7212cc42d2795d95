using SecureCollectives.Framing;

namespace SecureCollectives.Reduction;

/// <summary>The element types that collectives can compute with.</summary>
internal static class ElementTypes
{
    /// <summary>Those that have bits to combine, for people.</summary>
    public const string Integers = "sbyte, byte, short, ushort, int, uint, long and ulong";

    /// <summary>Those that have arithmetic, for people.</summary>
    public const string Numbers = "float, double, Half, BFloat16, sbyte, byte, short, ushort, int, uint, long and ulong";

    /// <summary>Those that have fractions, for people.</summary>
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
