namespace SecureCollectives.Transport.Links;

/// <summary>How far a rank has come in receiving over a link: by lane, the data, descriptor and message frames applied since the communicator opened.</summary>
/// <param name="Applied">One number a lane.</param>
internal sealed record LinkPositions(IReadOnlyList<ulong> Applied)
{
    /// <summary>Those of a communicator's first link.</summary>
    public static LinkPositions Start(int lanes) => new(new ulong[lanes]);
}
