using k8s.Models;

namespace SecureCollectives.Tests.Containers;

/// <summary>cert-manager's Certificate, as far as the manifests use it: https://cert-manager.io/docs/reference/api-docs/.</summary>
public sealed class WorkerCertificate
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta Metadata { get; set; } = new();

    public WorkerCertificateSpec Spec { get; set; } = new();
}
