namespace SecureCollectives.Transport.Links;

/// <summary>
/// How far a rank has received on each lane of a link: the number of data, descriptor and message frames applied since the communicator was
/// opened.
/// </summary>
/// <param name="Applied">One number per lane, in the order of the lanes; immutable.</param>
internal sealed record LinkPositions(IReadOnlyList<ulong> Applied)
{
    /// <summary>Returns the positions of a communicator's first link: nothing has been received.</summary>
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
