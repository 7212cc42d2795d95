using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The verb <c>pki init</c>: creates a certificate authority.</summary>
internal static class InitCommand
{
    private const string DefaultTrustDomain = "local";

    private const string Description = """
        Creates a certificate authority: ca.pem, which every worker needs, and ca-key.pem, which must stay where it is.

        Anyone who has ca-key.pem can impersonate any worker of any job in this trust domain. Keep it off the machines that train.
        """;

    public static Command Create(TimeProvider time)
    {
        var directory = PkiDirectory.AuthorityOption("The directory to write the authority's files to.");
        var trustDomain = new Option<string>("--trust-domain")
        {
            Description = "The workers' trust domain. Workers never accept a certificate from another trust domain.",
            HelpName = "NAME",
            DefaultValueFactory = _ => DefaultTrustDomain,
        };
        trustDomain.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>() ?? "";
            if (!WorkerId.IsTrustDomain(name))
            {
                result.AddError($"--trust-domain must consist of 1 to 255 characters of a-z, 0-9, '.', '-' and '_', not '{name}'.");
            }
        });
        var lifetime = LifetimeOption.Create(
            "How long the authority is valid. The certificates it issues expire no later.", CertificateAuthority.DefaultLifetime);
        var force = new Option<bool>(
            "--force")
        { Description = "Replace an existing authority. Certificates that it has issued become worthless." };

        var command = new Command("init", Description) { directory, trustDomain, lifetime, force };
        PkiAction.Set(command, parsed => Init(
            parsed.GetValue(directory)!,
            parsed.GetValue(trustDomain)!,
            parsed.GetValue(lifetime) ?? CertificateAuthority.DefaultLifetime,
            parsed.GetValue(force),
            time,
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Init(string directory, string trustDomain, TimeSpan lifetime, bool force, TimeProvider time, TextWriter output)
    {
        var certificatePath = Path.Combine(directory, PkiDirectory.AuthorityFile);
        var keyPath = Path.Combine(directory, PkiDirectory.AuthorityKeyFile);
        if (!force)
        {
            PkiDirectory.RefuseToReplace([certificatePath, keyPath]);
        }

        using var authority = CertificateAuthority.Create(trustDomain, time.GetUtcNow(), lifetime);
        using var key = authority.ExportKey();
        PkiDirectory.Create(directory);
        PemFile.Write(keyPath, key.Text, force);
        PemFile.Write(certificatePath, authority.CertificatePem, force);

        var notAfter = UtcTime.Text(authority.NotAfter);
        output.WriteLine($"Created a certificate authority for trust domain '{trustDomain}', valid until {notAfter}.");
        output.WriteLine($"  {certificatePath}  give this to every worker");
        output.WriteLine($"  {keyPath}  keep this secret");
        output.WriteLine($"Next: secure-collectives pki issue --ca {directory} --job demo --rank 0-3");
        return ExitCode.Success;
    }
}
