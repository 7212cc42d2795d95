using System.CommandLine;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The option <c>--identity-template</c>: the identities of ranks where they are not of the default form.</summary>
internal static class IdentityTemplateOption
{
    public static Option<string?> Create() => new("--identity-template")
    {
        Description = "The workers' identities, such as spiffe://example.org/ns/ml/job/{job}/rank-{rank}, "
            + "as workers have it in SECURE_COLLECTIVES_IDENTITY_TEMPLATE. Default: spiffe://<trust-domain>/job/<job>/rank/<n>.",
        HelpName = "URI",
    };

    /// <exception cref="InvalidIdentityException">It is no template; the message says why.</exception>
    public static IdentityMap MapOf(string? template, string job) =>
        template is null ? IdentityMap.Default : TemplateIdentities.Parse(template, job);
}
