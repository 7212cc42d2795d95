namespace SecureCollectives.Transport.Links;

/// <summary>A link could not be opened, and trying again would not help.</summary>
internal sealed class LinkOpenException(string message, Exception innerException) : Exception(message, innerException);
