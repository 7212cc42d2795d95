namespace SecureCollectives.Transport.Links;

/// <summary>Accepts the lanes of the links that this worker expects.</summary>
internal interface ILaneListener
{
    /// <summary>Lets the lanes of a link connect until the link is complete or disposed.</summary>
    void Expect(PendingLink link);

    /// <summary>Ends <see cref="Expect"/>. Later hellos for the link are treated like those of unauthenticated connections.</summary>
    void Forget(PendingLink link);
}
