using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The verb <c>pki issue</c>: issues the workers' certificates.</summary>
internal static class IssueCommand
{
    private const string Description = """
        Issues certificates for the ranks of a job.

        It writes rank-N.pem and rank-N-key.pem for each rank, and a single ca.pem. A worker needs the two files for its rank and ca.pem.
        Give each worker only its own key.
        """;

    public static Command Create(TimeProvider time)
    {
        var job = JobOption.Create();
        var ranks = RankRange.CreateOption();
        var authority = PkiDirectory.AuthorityOption("The directory that 'pki init' created.");
        var output = new Option<string?>("--out")
        {
            Description = "The directory to write to. Default: a directory named after the job, in the authority's directory.",
            HelpName = "DIR",
        };
        var lifetime = LifetimeOption.Create("How long the certificates are valid.", CertificateAuthority.DefaultWorkerLifetime);
        var force = new Option<bool>("--force") { Description = "Replace existing certificates." };

        var template = IdentityTemplateOption.Create();
        var command = new Command("issue", Description) { job, ranks, authority, output, lifetime, template, force };
        PkiAction.Set(command, parsed =>
        {
            var authorityDirectory = parsed.GetValue(authority)!;
            var directory = parsed.GetValue(output) ?? Path.Combine(authorityDirectory, parsed.GetValue(job)!);
            return Issue(
                authorityDirectory,
                directory,
                parsed.GetValue(job)!,
                IdentityTemplateOption.MapOf(parsed.GetValue(template), parsed.GetValue(job)!),
                parsed.GetValue(ranks)!,
                parsed.GetValue(lifetime) ?? CertificateAuthority.DefaultWorkerLifetime,
                parsed.GetValue(force),
                time.GetUtcNow(),
                parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int Issue(
        string authorityDirectory,
        string directory,
        string job,
        IdentityMap map,
        IReadOnlyList<int> ranks,
        TimeSpan lifetime,
        bool force,
        DateTimeOffset now,
        TextWriter output)
    {
        using var authority = Load(authorityDirectory);
        if (map.TrustDomain is { } trustDomain && trustDomain != authority.TrustDomain)
        {
            throw new CommandFailureException(
                ExitCode.Usage,
                $"--identity-template has trust domain '{trustDomain}', "
                    + $"but the authority in '{authorityDirectory}' is for '{authority.TrustDomain}'; nothing was written.");
        }

        if (!force)
        {
            PkiDirectory.RefuseToReplace(ranks.SelectMany(rank => new[]
            {
                Path.Combine(directory, PkiDirectory.CertificateFile(rank)),
                Path.Combine(directory, PkiDirectory.KeyFile(rank)),
            }));
        }

        PkiDirectory.Create(directory);
        WriteAuthority(directory, authority.CertificatePem, force);
        DateTimeOffset notAfter = default;
        foreach (var rank in ranks)
        {
            using var issued = authority.Issue(map.Create(authority.TrustDomain, job, rank), now, lifetime);
            PemFile.Write(Path.Combine(directory, PkiDirectory.KeyFile(rank)), issued.Key.Text, force);
            PemFile.Write(Path.Combine(directory, PkiDirectory.CertificateFile(rank)), issued.CertificatePem, force);
            notAfter = issued.NotAfter;
            output.WriteLine($"Issued {issued.Worker} as {Path.Combine(directory, PkiDirectory.CertificateFile(rank))}");
        }

        // Certificates truncate times to whole seconds.
        var cut = notAfter < now + lifetime - TimeSpan.FromSeconds(1);
        output.WriteLine($"Valid until {UtcTime.Text(notAfter)}{(cut ? ", when the authority expires" : "")}.");
        return ExitCode.Success;
    }

    private static CertificateAuthority Load(string directory)
    {
        var certificate = PemFile.ReadTrusted(Path.Combine(directory, PkiDirectory.AuthorityFile));
        using var key = PemFile.ReadPrivate(Path.Combine(directory, PkiDirectory.AuthorityKeyFile));
        return CertificateAuthority.Load(certificate, key.Text);
    }

    // An earlier call may have written this authority's certificate. If it is another authority's, other workers still need it.
    private static void WriteAuthority(string directory, string certificate, bool force)
    {
        var path = Path.Combine(directory, PkiDirectory.AuthorityFile);
        if (File.Exists(path))
        {
            if (PemFile.ReadTrusted(path) == certificate)
            {
                return;
            }

            if (!force)
            {
                throw new CommandFailureException(
                    ExitCode.Usage,
                    $"'{path}' is the certificate of another authority; nothing was written. "
                        + "Choose another --out, or add --force to replace it.");
            }
        }

        PemFile.Write(path, certificate, force);
    }
}
