namespace SecureCollectives.Transport.Links;

/// <summary>Replaces the links of a communicator. Told by its loop, on the loop's thread: neither blocks nor throws.</summary>
internal interface ILinkKeeper
{
    /// <summary>
    /// The link broke or wore out, or there is none and an operation needs it. The owner tells it before it closes the link: the peer sees
    /// a close as a break, and must not be the first to say why. The owner will be asked to surrender the link; it may have by then. Said
    /// again of a link that is being replaced, it changes nothing.
    /// </summary>
    void LinkNeedsReplacement(int peer, LinkEnd why);
}
