namespace SecureCollectives.Transport.Links;

/// <summary>Opens new links for a communicator's loop in place of those that end.</summary>
internal interface ILinkKeeper
{
    /// <summary>The link to a peer has ended, or should; the loop has stopped using it. Called on the loop's thread: neither blocks nor throws.</summary>
    void Replace(int peer, LinkEnd why);
}
