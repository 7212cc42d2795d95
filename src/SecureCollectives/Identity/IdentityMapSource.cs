using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>Opens the rank map that a worker is configured with.</summary>
internal static class IdentityMapSource
{
    /// <summary>Bytes of a list with the maximum number of ranks and identities of the maximum length.</summary>
    private const int MaxListSize = 34 << 20;

    /// <summary>Opens the rank map.</summary>
    /// <param name="template">The template; null for none.</param>
    /// <param name="listPath">The path of a list; null for none.</param>
    /// <param name="worldSize">The number of ranks.</param>
    /// <param name="job">The job's name; null if it is not configured.</param>
    /// <returns>The rank map; the default one if neither a template nor a list is given.</returns>
    /// <exception cref="InvalidIdentityException">Both are given, or one is not valid; the message says what to do.</exception>
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

        // Whoever writes the list decides who has which rank, so it is guarded like trust roots.
        return listPath is not null
            ? IdentityList.Parse(TrustedFile.ReadText(listPath, MaxListSize), $"'{listPath}'", worldSize, job)
            : IdentityMap.Default;
    }
}
