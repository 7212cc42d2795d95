namespace SecureCollectives.Framing;

/// <summary>What an envelope says; proto/README.md, "Send and Receive".</summary>
internal enum EnvelopeKind : byte
{
    /// <summary>Its sender has called Receive.</summary>
    Want = 1,

    /// <summary>The data of a Receive comes next.</summary>
    DataFollows = 2,
}
