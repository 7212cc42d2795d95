namespace SecureCollectives.CommandLine.Launch;

/// <summary>Issues the throw-away identities of one run.</summary>
internal interface IWorkerCertificates
{
    /// <summary>
    /// Writes certificate and key of ranks 0..<paramref name="workers"/>-1, and the certificate that issued them, into
    /// <paramref name="directory"/>, readable by the owner alone. The issuing key never leaves memory and is gone on return.
    /// </summary>
    IReadOnlyList<WorkerFiles> Issue(string job, int workers, string directory);
}
