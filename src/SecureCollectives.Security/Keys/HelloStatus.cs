namespace SecureCollectives.Security.Keys;

/// <summary>What a hello or its answer came to. Everything but <see cref="Ok"/> closes that connection, and only that.</summary>
internal enum HelloStatus
{
    Ok,

    /// <summary>Not a hello of this protocol version.</summary>
    Malformed,

    /// <summary>A hello of another link.</summary>
    WrongLink,

    /// <summary>A lane that the link does not have.</summary>
    UnknownLane,

    /// <summary>The proof does not verify: the other side does not hold the lane's hello key.</summary>
    WrongProof,

    /// <summary>The certificate that the connection proved is not the one that the link was opened with.</summary>
    WrongLeaf,

    /// <summary>The lane's one valid hello was seen before: a replay.</summary>
    AlreadyUsed,

    /// <summary>The link's keys were erased.</summary>
    Closed,
}
