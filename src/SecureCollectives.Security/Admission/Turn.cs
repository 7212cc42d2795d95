namespace SecureCollectives.Security.Admission;

/// <summary>
/// Orders the unauthenticated connections waiting for processor time: member addresses first, then the source with the lowest cost, then
/// handshakes in progress before new ones, then the newer connection, because it has more time left.
/// </summary>
/// <param name="IsFromMember">Whether the connection comes from a member address.</param>
/// <param name="SourceCost">The recent cost of its source, in seconds of processor time.</param>
/// <param name="IsUnderWay">Whether processor time has already been spent on this connection.</param>
/// <param name="Number">The connection's number; later connections have higher numbers.</param>
internal readonly record struct Turn(bool IsFromMember, double SourceCost, bool IsUnderWay, long Number) : IComparable<Turn>
{
    /// <returns>A negative number if this connection goes first.</returns>
    public int CompareTo(Turn other)
    {
        var order = other.IsFromMember.CompareTo(IsFromMember);
        order = order != 0 ? order : SourceCost.CompareTo(other.SourceCost);
        order = order != 0 ? order : other.IsUnderWay.CompareTo(IsUnderWay);
        return order != 0 ? order : other.Number.CompareTo(Number);
    }
}
