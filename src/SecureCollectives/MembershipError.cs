namespace SecureCollectives;

/// <summary>Why a worker could not join its job or open a communicator.</summary>
public enum MembershipError
{
    /// <summary>An option or environment variable is missing, impossible or contradicts another. Nothing was sent.</summary>
    Configuration,

    /// <summary>The worker's own certificate, key or trust roots cannot be used.</summary>
    Identity,

    /// <summary>An address of this machine cannot be listened on, for instance because the port is in use.</summary>
    Address,

    /// <summary>A peer could not be reached in time.</summary>
    Unreachable,

    /// <summary>A peer could be reached but is not the worker that it should be, or it refused this worker's certificate.</summary>
    Untrusted,

    /// <summary>A peer refused this worker: another job, run or rank, or the rank is taken.</summary>
    Refused,

    /// <summary>Ranks use different parameters; the message names both values.</summary>
    ParametersDiffer,

    /// <summary>Ranks did not come in time; the message names them.</summary>
    MissingRanks,
}
