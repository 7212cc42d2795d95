namespace SecureCollectives.Framing;

/// <summary>The reduction operator that a descriptor announces.</summary>
internal enum OperatorCode : byte
{
    /// <summary>No reduction (AllGather, Barrier).</summary>
    None = 0,

    Sum = 1,
    Average = 2,
    Min = 3,
    Max = 4,
    Product = 5,
    BitwiseAnd = 6,
    BitwiseOr = 7,
    BitwiseXor = 8,

    /// <summary>The sum of values that each rank first scales by a factor of its own.</summary>
    PreScaledSum = 9,

    /// <summary>A user-defined reduction; the descriptor identifies it by the hash of its name.</summary>
    Defined = 10,
}
