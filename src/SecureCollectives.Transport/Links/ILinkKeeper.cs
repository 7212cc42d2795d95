namespace SecureCollectives.Transport.Links;

/// <summary>Replaces the links of a communicator. Told by its loop, on the loop's thread: neither blocks nor throws.</summary>
internal interface ILinkKeeper
{
    /// <summary>
    /// The link broke or wore out. Where it broke, the owner may have stopped using it already; it need not: it will be asked to surrender it. Said
    /// again of a link that is being replaced, it changes nothing.
    /// </summary>
    void LinkNeedsReplacement(int peer, LinkEnd why);
}
