namespace SecureCollectives.Framing;

/// <summary>The collective that a descriptor announces.</summary>
internal enum CollectiveCode : byte
{
    AllReduce = 1,
    AllGather = 2,
    Barrier = 3,
}
