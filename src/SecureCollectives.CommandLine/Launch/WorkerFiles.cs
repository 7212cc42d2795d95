namespace SecureCollectives.CommandLine.Launch;

/// <summary>The paths of the PEM files of a worker.</summary>
internal sealed record WorkerFiles(string Certificate, string Key, string CertificateAuthority);
