namespace SecureCollectives.Security.Identity;

/// <summary>
/// This worker's certificate, key, trust roots or list of identities is unusable. The message says why and what to do.
/// </summary>
internal sealed class InvalidIdentityException : Exception
{
    public InvalidIdentityException(string message)
        : base(message)
    {
    }

    public InvalidIdentityException(string message, DateTimeOffset? validFrom)
        : base(message) => ValidFrom = validFrom;

    public InvalidIdentityException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>When the identity becomes usable, if that is its only fault; otherwise null.</summary>
    public DateTimeOffset? ValidFrom { get; }
}
