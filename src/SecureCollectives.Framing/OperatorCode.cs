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
}
