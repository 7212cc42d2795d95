namespace SecureCollectives.Transport.Links;

/// <summary>Replaces the links of a communicator. The loop calls it on its own thread, so it must neither block nor throw.</summary>
internal interface ILinkKeeper
{
    /// <summary>
    /// Reports that the link broke or has carried its maximum number of bytes, or that an operation needs a link that is absent. The owner
    /// reports before it closes the link: the peer sees the close as a break and must not be the first to report a cause. The keeper then
    /// asks the owner to surrender the link, which may have happened already. A repeated report about a link that is being replaced has no
    /// effect.
    /// </summary>
    void LinkNeedsReplacement(int peer, LinkEnd why);
}
