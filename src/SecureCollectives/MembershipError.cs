namespace SecureCollectives;

/// <summary>Why a worker could not join its job or open a communicator.</summary>
public enum MembershipError
{
    /// <summary>An option or environment variable is missing, invalid or contradicts another. Nothing was sent.</summary>
    Configuration,

    /// <summary>The worker's own certificate, key or trust roots cannot be used.</summary>
    Identity,

    /// <summary>The worker cannot listen on a local address, for instance because the port is in use.</summary>
    Address,

    /// <summary>A peer could not be reached in time.</summary>
    Unreachable,

    /// <summary>A peer was reached but is not the expected worker, or it refused this worker's certificate.</summary>
    Untrusted,

    /// <summary>A peer refused this worker: the job, run or rank differs, or the rank is taken.</summary>
    Refused,

    /// <summary>Ranks use different parameters; the message names both values.</summary>
    ParametersDiffer,

    /// <summary>Some ranks did not join in time; the message names them.</summary>
    MissingRanks,
}
