namespace SecureCollectives.Rpc.Wire;

/// <summary>What the bytes of a body turned out to be.</summary>
internal enum MessageOutcome
{
    /// <summary>A whole message.</summary>
    Message,

    /// <summary>Too few bytes yet.</summary>
    NeedMore,

    /// <summary>The body ended between two messages.</summary>
    End,

    /// <summary>The body ended inside a message.</summary>
    Truncated,

    /// <summary>The message says that it is compressed; we never offer compression.</summary>
    Compressed,

    /// <summary>The flag byte is neither 0 nor 1.</summary>
    BadFlag,

    /// <summary>The declared length exceeds the limit.</summary>
    TooLarge,

    /// <summary>The payload is no message of the expected type.</summary>
    Malformed,
}
