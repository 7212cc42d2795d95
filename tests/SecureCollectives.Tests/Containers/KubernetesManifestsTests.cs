using System.Globalization;
using k8s.Models;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Tests.Containers;

/// <summary>Checks the manifests that users copy: names that must agree, identities, the pods' privileges, and ports.</summary>
public sealed class KubernetesManifestsTests
{
    private const string JobNameLabel = "batch.kubernetes.io/job-name";

    private static readonly string JobName = KubernetesManifests.Job.Metadata.Name;

    private static int Workers => KubernetesManifests.Job.Spec.Completions!.Value;

    [Fact]
    public void Job_AllPodsAtOnce_EachWithAnIndexAndOneAttempt()
    {
        var job = KubernetesManifests.Job.Spec;
        Assert.Equal(("Indexed", Workers, 0), (job.CompletionMode, job.Parallelism, job.BackoffLimit));
        Assert.Equal("Never", KubernetesManifests.Pod.RestartPolicy);
        Assert.Equal(Workers, KubernetesManifests.Certificates.Length);
    }

    [Fact]
    public void Service_Headless_NamesThePodsBeforeTheyAreReady()
    {
        var service = KubernetesManifests.Service;
        Assert.Equal(KubernetesManifests.Pod.Subdomain, service.Metadata.Name);
        Assert.Equal(("None", true), (service.Spec.ClusterIP, service.Spec.PublishNotReadyAddresses));
        Assert.Equal(new() { [JobNameLabel] = JobName }, service.Spec.Selector.ToDictionary());
        Assert.Equal($"{JobName}-0.{service.Metadata.Name}", Variables["MASTER_ADDR"]);
    }

    /// <summary>The library reads every variable that the manifest sets, and needs no others.</summary>
    [Fact]
    public void Environment_OfEachPod_IsThatOfAWorker()
    {
        for (var index = 0; index < Workers; index++)
        {
            var pod = new Dictionary<string, string>(Variables) { ["JOB_COMPLETION_INDEX"] = Text(index), ["JOB_UID"] = "2f1c" };
            var asked = new HashSet<string>();
            var options = JobOptions.FromVariables(name => asked.Add(name) ? pod.GetValueOrDefault(name) : pod.GetValueOrDefault(name));
            options.Validate();
            Assert.Empty(pod.Keys.Except(asked));
            Assert.Equal((index, Workers, "kubernetes.2f1c"), (options.Rank, options.WorldSize, options.RunId));
        }

        Assert.Equal(
            "metadata.labels['batch.kubernetes.io/controller-uid']",
            KubernetesManifests.Worker.Env.Single(variable => variable.Name == "JOB_UID").ValueFrom.FieldRef.FieldPath);
        Assert.False(KubernetesManifests.Pod.EnableServiceLinks);
    }

    [Fact]
    public void Certificates_OneForEachRank_NameIt()
    {
        foreach (var (rank, certificate) in KubernetesManifests.Certificates.Index())
        {
            Assert.True(WorkerId.TryParse(Assert.Single(certificate.Spec.Uris), out var worker));
            Assert.Equal((Variables["SECURE_COLLECTIVES_JOB"], rank), (worker.Job, worker.Rank));
            Assert.Equal(certificate.Metadata.Name, certificate.Spec.SecretName);
            Assert.Equal(["digital signature", "client auth", "server auth"], certificate.Spec.Usages);
            Assert.Equal(("ECDSA", "PKCS8"), (certificate.Spec.PrivateKey["algorithm"], certificate.Spec.PrivateKey["encoding"]));
            // A volume mounted by subPathExpr is not updated, so the certificate must outlive the job.
            var duration = TimeSpan.FromHours(int.Parse(certificate.Spec.Duration.TrimEnd('h'), CultureInfo.InvariantCulture));
            Assert.True(TimeSpan.FromSeconds(KubernetesManifests.Job.Spec.ActiveDeadlineSeconds!.Value) < duration);
        }
    }

    /// <summary>A container sees only the identity of its own rank; only owner and group can read the keys.</summary>
    [Fact]
    public void Identities_OfAllRanks_AreMountedByIndex()
    {
        var mount = KubernetesManifests.Worker.VolumeMounts.Single(of => of.Name == "identities");
        Assert.Equal(("rank-$(JOB_COMPLETION_INDEX)", true), (mount.SubPathExpr, mount.ReadOnlyProperty));
        var volume = KubernetesManifests.Pod.Volumes.Single(of => of.Name == "identities").Projected;
        Assert.Equal(Convert.ToInt32("0440", 8), volume.DefaultMode);
        Assert.Equal(KubernetesManifests.Certificates.Select(of => of.Spec.SecretName), volume.Sources.Select(of => of.Secret.Name));
        foreach (var (rank, source) in volume.Sources.Index())
        {
            Assert.Equal(
                [("tls.crt", $"rank-{rank}/tls.crt"), ("tls.key", $"rank-{rank}/tls.key"), ("ca.crt", $"rank-{rank}/ca.crt")],
                source.Secret.Items.Select(item => (item.Key, item.Path)));
        }

        Assert.Equal(
            ("/identity/tls.crt", "/identity/tls.key", "/identity/ca.crt"),
            (Variables["SECURE_COLLECTIVES_CERTIFICATE"], Variables["SECURE_COLLECTIVES_KEY"], Variables["SECURE_COLLECTIVES_CA"]));
        Assert.Equal("/identity", mount.MountPath);
    }

    [Fact]
    public void SecurityContext_OfPodAndContainer_LeavesNothingToGain()
    {
        var pod = KubernetesManifests.Pod.SecurityContext;
        Assert.True(pod.RunAsNonRoot);
        Assert.Equal((1654, 1654, 1654), (pod.RunAsUser, pod.RunAsGroup, pod.FsGroup));
        Assert.Equal("RuntimeDefault", pod.SeccompProfile.Type);
        var container = KubernetesManifests.Worker.SecurityContext;
        Assert.Equal((false, true), (container.AllowPrivilegeEscalation, container.ReadOnlyRootFilesystem));
        Assert.Equal(["ALL"], container.Capabilities.Drop);
        Assert.Null(container.Capabilities.Add);
        Assert.False(KubernetesManifests.Pod.AutomountServiceAccountToken);
        Assert.True(KubernetesManifests.Pod.HostNetwork is null or false);
    }

    [Fact]
    public void NetworkPolicy_ForWorkers_OpensTheirPortsToEachOtherAlone()
    {
        var policy = KubernetesManifests.NetworkPolicy.Spec;
        Assert.Equal(JobName, policy.PodSelector.MatchLabels[JobNameLabel]);
        Assert.Equal(["Ingress", "Egress"], policy.PolicyTypes);
        var range = Variables["SECURE_COLLECTIVES_PORT_RANGE"].Split('-').Select(int.Parse).ToArray();
        var master = int.Parse(Variables["MASTER_PORT"], CultureInfo.InvariantCulture);
        Assert.Equal(master + 1, range[0]);

        var ingress = Assert.Single(policy.Ingress);
        Assert.Equal(JobName, Assert.Single(ingress.FromProperty).PodSelector.MatchLabels[JobNameLabel]);
        AssertPorts(ingress.Ports);
        Assert.Equal(JobName, Assert.Single(policy.Egress[0].To).PodSelector.MatchLabels[JobNameLabel]);
        AssertPorts(policy.Egress[0].Ports);
        Assert.Equal(["53", "53"], policy.Egress[1].Ports.Select(port => port.Port.Value));
        Assert.Equal(2, policy.Egress.Count);

        void AssertPorts(IList<V1NetworkPolicyPort> ports)
        {
            var open = Assert.Single(ports);
            Assert.Equal(("TCP", Text(master), range[1]), (open.Protocol, open.Port.Value, open.EndPort));
        }
    }

    /// <summary>Gets the container's variables, without those that Kubernetes fills in.</summary>
    private static Dictionary<string, string> Variables => KubernetesManifests.Worker.Env.Where(variable => variable.Value is not null)
        .ToDictionary(variable => variable.Name, variable => variable.Value);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
