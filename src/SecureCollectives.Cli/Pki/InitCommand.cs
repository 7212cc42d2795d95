using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The verb <c>pki init</c>: a new certificate authority.</summary>
internal static class InitCommand
{
    private const string DefaultTrustDomain = "local";

    private const string Description = """
        Makes a certificate authority: ca.pem, which every worker gets, and ca-key.pem, which stays where it is.

        Whoever has ca-key.pem can be any worker of any job of this trust domain. Keep it away from the machines that train.
        """;

    public static Command Create(TimeProvider time)
    {
        var directory = PkiDirectory.AuthorityOption("The directory to put the authority in.");
        var trustDomain = new Option<string>("--trust-domain")
        {
            Description = "Whose workers these are. Workers of another trust domain are never accepted.",
            HelpName = "NAME",
            DefaultValueFactory = _ => DefaultTrustDomain,
        };
        trustDomain.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>() ?? "";
            if (!WorkerId.IsTrustDomain(name))
            {
                result.AddError($"--trust-domain must be made of a-z, 0-9, '.', '-' and '_', at most 255 of them, not '{name}'.");
            }
        });
        var lifetime = LifetimeOption.Create(
            "How long the authority is valid, and no certificate longer.", CertificateAuthority.DefaultLifetime);
        var force = new Option<bool>(
            "--force")
        { Description = "Replace an authority that is there; its certificates are worthless then." };

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

        output.WriteLine($"Made a certificate authority for trust domain '{trustDomain}', valid until {UtcTime.Text(authority.NotAfter)}.");
        output.WriteLine($"  {certificatePath}  give this to every worker");
        output.WriteLine($"  {keyPath}  keep this secret");
        output.WriteLine($"Next: secure-collectives pki issue --ca {directory} --job demo --rank 0-3");
        return ExitCode.Success;
    }
}
