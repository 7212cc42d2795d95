namespace SecureCollectives.CommandLine.Launch;

/// <summary>The paths of a worker's PEM files.</summary>
internal sealed record WorkerFiles(string Certificate, string Key, string CertificateAuthority);
