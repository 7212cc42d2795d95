namespace SecureCollectives.Security.Keys;

/// <summary>The result of verifying a hello or its answer. Everything but <see cref="Ok"/> closes that connection, and only that.</summary>
internal enum HelloStatus
{
    Ok,

    /// <summary>The bytes are not a hello of this protocol version.</summary>
    Malformed,

    /// <summary>The hello is for another link.</summary>
    WrongLink,

    /// <summary>The hello names a lane that the link does not have.</summary>
    UnknownLane,

    /// <summary>The proof is wrong: the other side does not hold the lane's hello key.</summary>
    WrongProof,

    /// <summary>The certificate that the connection proved is not the one that opened the link.</summary>
    WrongLeaf,

    /// <summary>The lane's one valid hello has already been accepted: a replay.</summary>
    AlreadyUsed,

    /// <summary>The keys of the link have been erased.</summary>
    Closed,
}
