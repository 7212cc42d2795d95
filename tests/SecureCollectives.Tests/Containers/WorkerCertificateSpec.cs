namespace SecureCollectives.Tests.Containers;

/// <summary>The specification of a <see cref="WorkerCertificate"/>.</summary>
public sealed class WorkerCertificateSpec
{
    public string SecretName { get; set; } = string.Empty;

    public IList<string> Uris { get; set; } = [];

    public IList<string> Usages { get; set; } = [];

    public IDictionary<string, string> PrivateKey { get; set; } = new Dictionary<string, string>();

    public string Duration { get; set; } = string.Empty;

    public IDictionary<string, string> IssuerRef { get; set; } = new Dictionary<string, string>();
}
