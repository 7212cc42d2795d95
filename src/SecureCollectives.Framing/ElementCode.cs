namespace SecureCollectives.Framing;

/// <summary>The element type that a descriptor announces. Elements travel in little-endian byte order.</summary>
internal enum ElementCode : byte
{
    /// <summary>No elements (Barrier).</summary>
    None = 0,

    Float32 = 1,
    Float64 = 2,
    Float16 = 3,
    Int32 = 4,
    Int64 = 5,
    Int8 = 6,
    UInt8 = 7,
    Int16 = 8,
    UInt16 = 9,
    UInt32 = 10,
    UInt64 = 11,
    BFloat16 = 12,

    /// <summary>Bytes that are never reduced; the descriptor says how many make up an element.</summary>
    Opaque = 13,
}
