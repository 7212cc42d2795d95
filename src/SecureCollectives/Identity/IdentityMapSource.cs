using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>The rank map that a worker is configured with.</summary>
internal static class IdentityMapSource
{
    /// <summary>The identities of the most ranks that a job can have, each as long as one can be, and their ranks.</summary>
    private const int MaxListSize = 34 << 20;

    /// <param name="template">A template; null for none.</param>
    /// <param name="listPath">The file of a list; null for none.</param>
    /// <param name="worldSize">How many ranks there are.</param>
    /// <param name="job">The job's name; null where it is not configured.</param>
    /// <returns>The default form where neither is given.</returns>
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

        // Whoever writes the list decides who is which rank: it is guarded like trust roots.
        return listPath is not null
            ? IdentityList.Parse(TrustedFile.ReadText(listPath, MaxListSize), $"'{listPath}'", worldSize, job)
            : IdentityMap.Default;
    }
}
