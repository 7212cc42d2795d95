namespace SecureCollectives.Transport.Directions;

/// <summary>What a direction of a lane has to send next.</summary>
internal enum OutboundFrame : byte
{
    /// <summary>Nothing for now.</summary>
    None,

    /// <summary>A message once more, from the copy that is kept: the link before this one broke before the peer had applied it.</summary>
    KeptMessage,

    /// <summary>The operation's descriptor.</summary>
    Descriptor,

    /// <summary>What the other direction has applied.</summary>
    Acknowledgement,

    /// <summary>The next transfer, as data.</summary>
    Data,

    /// <summary>The next transfer, as a message.</summary>
    Message,
}
