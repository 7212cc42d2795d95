using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The verb <c>pki throwaway</c>: issues all identities for one run from an authority whose key is then discarded.</summary>
internal static class ThrowawayCommand
{
    private const string DefaultTrustDomain = "throwaway.local";

    private const string Description = """
        Issues certificates for the ranks of a job from an authority that exists only during this call.

        The authority's key never leaves memory: after the call nobody can create another worker. Each rank gets a directory, rank-N, with
        certificate.pem, key.pem and ca.pem. Give it only to that worker; for a container, mount it as a volume.

          secure-collectives pki throwaway --job demo --rank 0-3 --out /identities
        """;

    public static Command Create(TimeProvider time)
    {
        var job = JobOption.Create();
        var ranks = RankRange.CreateOption();
        var output = new Option<string>("--out")
        {
            Description = "The directory in which to create the workers' directories.",
            HelpName = "DIR",
            Required = true,
        };
        var lifetime = LifetimeOption.Create("How long the certificates are valid.", CertificateAuthority.DefaultWorkerLifetime);
        var force = new Option<bool>("--force") { Description = "Replace existing certificates." };

        var template = IdentityTemplateOption.Create();
        var command = new Command("throwaway", Description) { job, ranks, output, lifetime, template, force };
        PkiAction.Set(command, parsed => Issue(
            parsed.GetValue(output)!,
            parsed.GetValue(job)!,
            IdentityTemplateOption.MapOf(parsed.GetValue(template), parsed.GetValue(job)!),
            parsed.GetValue(ranks)!,
            parsed.GetValue(lifetime) ?? CertificateAuthority.DefaultWorkerLifetime,
            parsed.GetValue(force),
            time.GetUtcNow(),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Issue(
        string directory, string job, IdentityMap map, IReadOnlyList<int> ranks, TimeSpan lifetime, bool force, DateTimeOffset now,
            TextWriter output)
    {
        var trustDomain = map.TrustDomain ?? DefaultTrustDomain;
        if (!force)
        {
            PkiDirectory.RefuseToReplace(ranks.SelectMany(rank => FilesOf(Path.Combine(directory, PkiDirectory.OfRank(rank)))));
        }

        using var authority = CertificateAuthority.Create(trustDomain, now, lifetime);
        foreach (var rank in ranks)
        {
            var own = Path.Combine(directory, PkiDirectory.OfRank(rank));
            PkiDirectory.Create(own);
            using var issued = authority.Issue(map.Create(trustDomain, job, rank), now, lifetime);
            var files = FilesOf(own);
            PemFile.Write(files[0], authority.CertificatePem, force);
            PemFile.Write(files[1], issued.Key.Text, force);
            PemFile.Write(files[2], issued.CertificatePem, force);
            output.WriteLine($"Issued {issued.Worker} in {own}");
        }

        output.WriteLine($"Valid until {UtcTime.Text(authority.NotAfter)}. The authority's key is gone.");
        return ExitCode.Success;
    }

    private static string[] FilesOf(string own) =>
    [
        Path.Combine(own, PkiDirectory.AuthorityFile),
        Path.Combine(own, PkiDirectory.OwnKeyFile),
        Path.Combine(own, PkiDirectory.OwnCertificateFile),
    ];
}
