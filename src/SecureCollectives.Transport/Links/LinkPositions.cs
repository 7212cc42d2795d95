namespace SecureCollectives.Transport.Links;

/// <summary>
/// How far a rank has come in receiving on each lane of a link: data, descriptor and message frames applied since the communicator opened,
/// by lane.
/// </summary>
/// <param name="Applied">One number a lane, in the order of the lanes; nobody changes it.</param>
internal sealed record LinkPositions(IReadOnlyList<ulong> Applied)
{
    /// <summary>Those of a communicator's first link: nothing was received.</summary>
    public static LinkPositions None(int lanes) => new(new ulong[lanes]);

    public bool Equals(LinkPositions? other) => other is not null && Applied.SequenceEqual(other.Applied);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var position in Applied)
        {
            hash.Add(position);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(", ", Applied);
}
