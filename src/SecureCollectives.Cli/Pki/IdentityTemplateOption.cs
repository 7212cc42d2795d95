using System.CommandLine;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The option <c>--identity-template</c>: the form of the workers' identities, if not the default.</summary>
internal static class IdentityTemplateOption
{
    public static Option<string?> Create() => new("--identity-template")
    {
        Description = "The form of the workers' identities, such as spiffe://example.org/ns/ml/job/{job}/rank-{rank}. "
            + "Workers need the same value in SECURE_COLLECTIVES_IDENTITY_TEMPLATE. Default: spiffe://<trust-domain>/job/<job>/rank/<n>.",
        HelpName = "URI",
    };

    /// <exception cref="InvalidIdentityException">The text is not a valid template; the message says why.</exception>
    public static IdentityMap MapOf(string? template, string job) =>
        template is null ? IdentityMap.Default : TemplateIdentities.Parse(template, job);
}
