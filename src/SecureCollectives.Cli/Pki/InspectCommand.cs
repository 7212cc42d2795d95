using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The verb <c>pki inspect</c>: checks whether workers would accept a certificate.</summary>
internal static class InspectCommand
{
    /// <summary>A placeholder for the job, for templates that do not contain one.</summary>
    private const string AnyJob = "any";

    private const string Description = """
        Reports whether workers would accept a certificate: if so, for which job and rank and until when; if not, why.

        It applies the same rules as the workers. Exit code 0: accepted; 3: refused; 2: a file cannot be read.
        """;

    public static Command Create(TimeProvider time)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The certificate, in PEM. Intermediate certificates may follow it.",
        };
        var authority = PkiDirectory.AuthorityOption(
            "The certificate of the authority that workers trust, or the directory that contains it as ca.pem.");
        authority.HelpName = "PATH";
        var trustDomain = new Option<string?>("--trust-domain")
        {
            Description = "The workers' trust domain. Default: the one named in the authority's certificate.",
            HelpName = "NAME",
        };

        var template = IdentityTemplateOption.Create();
        var command = new Command("inspect", Description) { file, authority, trustDomain, template };
        PkiAction.Set(command, parsed =>
        {
            var authorityPath = parsed.GetValue(authority)!;
            if (Directory.Exists(authorityPath))
            {
                authorityPath = Path.Combine(authorityPath, PkiDirectory.AuthorityFile);
            }

            return Inspect(
                parsed.GetValue(file)!,
                authorityPath,
                parsed.GetValue(trustDomain),
                IdentityTemplateOption.MapOf(parsed.GetValue(template), AnyJob),
                time.GetUtcNow(),
                parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int Inspect(
        string path, string authorityPath, string? trustDomain, IdentityMap map, DateTimeOffset now, TextWriter output)
    {
        var chain = PemCertificates.ReadChain(PemFile.Read(path), $"'{path}'");
        var roots = PemCertificates.ReadRoots(PemFile.ReadTrusted(authorityPath), $"'{authorityPath}'");
        try
        {
            trustDomain ??= map.TrustDomain ?? CertificateAuthority.TrustDomainOf(roots);
            var verdict = CertificateRules.Judge(chain[0], chain, roots, trustDomain, now, map);
            Report(chain[0], verdict, trustDomain, now, output);
            return verdict.Accepted ? ExitCode.Success : ExitCode.Failed;
        }
        finally
        {
            foreach (var certificate in chain.Concat(roots))
            {
                certificate.Dispose();
            }
        }
    }

    private static void Report(
        X509Certificate2 leaf, CertificateVerdict verdict, string? trustDomain, DateTimeOffset now, TextWriter output)
    {
        if (verdict.Accepted)
        {
            var notAfter = verdict.NotAfter;
            var worker = verdict.Worker;
            output.WriteLine($"Accepted as {Name(worker)}.");
            output.WriteLine($"Valid until {UtcTime.Text(notAfter)}, for another {UtcTime.Left(notAfter - now)}.");
            if (notAfter < leaf.NotAfter)
            {
                output.WriteLine($"An authority in its chain expires then; the certificate itself ends at {UtcTime.Text(leaf.NotAfter)}.");
            }

            if (trustDomain is null)
            {
                output.WriteLine("Only workers in the same trust domain accept it; the authority's certificate names none.");
            }
        }
        else
        {
            output.WriteLine($"Refused: {verdict.Explanation}");
            if (verdict.Worker is { } claimed)
            {
                output.WriteLine($"It claims to be {Name(claimed)}.");
            }
        }

        output.WriteLine($"SHA-256 {leaf.GetCertHashString(HashAlgorithmName.SHA256)}");
    }

    private static string Name(WorkerId worker) => worker.Map.NamesJob
        ? $"rank {worker.Rank} of job '{worker.Job}' in trust domain '{worker.TrustDomain}'"
        : $"rank {worker.Rank} in trust domain '{worker.TrustDomain}', of any job";
}
