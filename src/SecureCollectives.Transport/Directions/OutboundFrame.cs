namespace SecureCollectives.Transport.Directions;

/// <summary>The kind of frame that a direction of a lane sends next.</summary>
internal enum OutboundFrame : byte
{
    /// <summary>Nothing at present.</summary>
    None,

    /// <summary>A message resent from its retained copy: the previous link ended before the peer had applied it.</summary>
    KeptMessage,

    /// <summary>The descriptor of the operation.</summary>
    Descriptor,

    /// <summary>An acknowledgement of what the other direction has applied.</summary>
    Acknowledgement,

    /// <summary>The next transfer, as a data frame.</summary>
    Data,

    /// <summary>The next transfer, as a message frame.</summary>
    Message,
}
