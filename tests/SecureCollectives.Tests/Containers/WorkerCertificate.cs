using k8s.Models;

namespace SecureCollectives.Tests.Containers;

/// <summary>The fields of cert-manager's Certificate that the manifests use: https://cert-manager.io/docs/reference/api-docs/.</summary>
public sealed class WorkerCertificate
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta Metadata { get; set; } = new();

    public WorkerCertificateSpec Spec { get; set; } = new();
}
