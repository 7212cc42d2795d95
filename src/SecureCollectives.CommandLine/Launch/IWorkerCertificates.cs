namespace SecureCollectives.CommandLine.Launch;

/// <summary>Issues the throw-away identities of one launch.</summary>
internal interface IWorkerCertificates
{
    /// <summary>
    /// Writes the certificate and the key of each rank from 0 to <paramref name="workers"/> - 1, and the certificate of their authority, to
    /// <paramref name="directory"/>, readable by the owner alone. The authority's key never leaves memory, and is erased on return.
    /// </summary>
    IReadOnlyList<WorkerFiles> Issue(string job, int workers, string directory);
}
