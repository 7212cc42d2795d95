using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>Opens the rank map from a worker's configuration.</summary>
internal static class IdentityMapSource
{
    /// <summary>The size in bytes of a list with the maximum number of ranks, each with an identity of maximum length.</summary>
    private const int MaxListSize = 34 << 20;

    /// <summary>Opens the rank map.</summary>
    /// <param name="template">The template; null for none.</param>
    /// <param name="listPath">The path of a list; null for none.</param>
    /// <param name="worldSize">The number of ranks.</param>
    /// <param name="job">The job's name; null if it is not configured.</param>
    /// <returns>The rank map; the default one if neither a template nor a list is given.</returns>
    /// <exception cref="InvalidIdentityException">Both are given, or the one given is invalid; the message says what to do.</exception>
    public static IdentityMap Open(string? template, string? listPath, int worldSize, string? job)
    {
        if (template is not null && listPath is not null)
        {
            throw new InvalidIdentityException("Both an identity template (SECURE_COLLECTIVES_IDENTITY_TEMPLATE) "
                + "and a list of identities (SECURE_COLLECTIVES_IDENTITIES) are set; set one of them.");
        }

        if (template is not null)
        {
            return TemplateIdentities.Parse(template, job);
        }

        // Whoever can write the list assigns the ranks, so it is protected like the trust roots.
        return listPath is not null
            ? IdentityList.Parse(TrustedFile.ReadText(listPath, MaxListSize), $"'{listPath}'", worldSize, job)
            : IdentityMap.Default;
    }
}
