namespace SecureCollectives.Transport.Links;

/// <summary>Accepts the lanes of the links that this worker expects.</summary>
internal interface ILaneListener
{
    /// <summary>Lets the lanes of a link connect, until it is complete or disposed.</summary>
    void Expect(PendingLink link);

    /// <summary>Ends <see cref="Expect"/>; later hellos of the link are of unauthenticated connections.</summary>
    void Forget(PendingLink link);
}
