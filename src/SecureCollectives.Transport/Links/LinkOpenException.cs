namespace SecureCollectives.Transport.Links;

/// <summary>A link cannot be opened, and trying again would not help.</summary>
internal sealed class LinkOpenException(string message, Exception? innerException = null) : Exception(message, innerException);
