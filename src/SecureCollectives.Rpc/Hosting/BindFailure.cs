namespace SecureCollectives.Rpc;

/// <summary>Why a server could not listen.</summary>
internal enum BindFailure
{
    /// <summary>Another socket has the port.</summary>
    AddressInUse,

    /// <summary>No interface of this machine has the address.</summary>
    AddressNotAvailable,

    /// <summary>The process may not use the port.</summary>
    AccessDenied,

    /// <summary>Anything else; see the inner exception.</summary>
    Other,
}
