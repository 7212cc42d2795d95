namespace SecureCollectives.CommandLine.Launch;

/// <summary>Issues the throw-away identities for a launch.</summary>
internal interface IWorkerCertificates
{
    /// <summary>
    /// Writes the certificate and key of each rank from 0 to <paramref name="workers"/> - 1, and their authority's certificate, to
    /// <paramref name="directory"/>, readable only by the owner. The authority's key never leaves memory, and is erased on return.
    /// </summary>
    IReadOnlyList<WorkerFiles> Issue(string job, int workers, string directory);
}
