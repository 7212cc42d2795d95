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
}
