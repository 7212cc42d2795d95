namespace SecureCollectives.Framing;

/// <summary>The meaning of an envelope; proto/README.md, "Send and Receive".</summary>
internal enum EnvelopeKind : byte
{
    /// <summary>The sender of the envelope has called Receive.</summary>
    Want = 1,

    /// <summary>The data for a Receive follows.</summary>
    DataFollows = 2,
}
