namespace SecureCollectives.Framing;

/// <summary>The algorithm that a descriptor announces.</summary>
internal enum AlgorithmCode : byte
{
    Ring = 1,
}
