namespace SecureCollectives.Security.Keys;

/// <summary>
/// The result of verifying a hello or its answer. Any value but <see cref="Ok"/> closes that connection and nothing else.
/// </summary>
internal enum HelloStatus
{
    Ok,

    /// <summary>The bytes are not a hello of this protocol version.</summary>
    Malformed,

    /// <summary>The hello is for another link.</summary>
    WrongLink,

    /// <summary>The hello names a lane that the link does not have.</summary>
    UnknownLane,

    /// <summary>The proof is wrong: the other side does not have the lane's hello key.</summary>
    WrongProof,

    /// <summary>The certificate presented on the connection is not the one with which the link was opened.</summary>
    WrongLeaf,

    /// <summary>The lane's only valid hello has already been accepted: this is a replay.</summary>
    AlreadyUsed,

    /// <summary>The link's keys have been erased.</summary>
    Closed,
}
