namespace SecureCollectives.Security.Identity;

/// <summary>
/// A certificate, key or set of trust roots that was given to us as our own cannot be used. The message says why and what to do.
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

    /// <summary>When it can be used, where nothing but its time is wrong; otherwise null.</summary>
    public DateTimeOffset? ValidFrom { get; }
}
