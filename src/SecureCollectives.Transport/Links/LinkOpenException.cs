namespace SecureCollectives.Transport.Links;

/// <summary>A link cannot be opened, and retrying would not help.</summary>
internal sealed class LinkOpenException(string message, Exception? innerException = null) : Exception(message, innerException);
