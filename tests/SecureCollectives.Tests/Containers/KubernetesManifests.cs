using k8s;
using k8s.Models;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Containers;

/// <summary>
/// The manifests of deploy/kubernetes, parsed into the types of the official Kubernetes client; an unknown field is an error.
/// </summary>
internal static class KubernetesManifests
{
    private static readonly Dictionary<string, Type> CustomTypes = new() { ["cert-manager.io/v1/Certificate"] = typeof(WorkerCertificate) };

    public static V1Job Job { get; } = Of<V1Job>("train.yaml").Single();

    public static V1Service Service { get; } = Of<V1Service>("train.yaml").Single();

    public static V1NetworkPolicy NetworkPolicy { get; } = Of<V1NetworkPolicy>("train.yaml").Single();

    public static WorkerCertificate[] Certificates { get; } = Of<WorkerCertificate>("certificates.yaml");

    public static V1PodSpec Pod => Job.Spec.Template.Spec;

    public static V1Container Worker => Pod.Containers.Single();

    private static T[] Of<T>(string file) =>
        [.. KubernetesYaml.LoadAllFromString(
            File.ReadAllText(RepositoryRoot.PathOf("deploy", "kubernetes", file)), CustomTypes, strict: true)
            .OfType<T>()];
}
