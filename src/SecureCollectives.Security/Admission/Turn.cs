namespace SecureCollectives.Security.Admission;

/// <summary>
/// Who goes first of the unauthenticated connections that wait for processor time, in this order: addresses of members before all others,
/// then the source that has cost least, then what is under way before what is new, then the newer, which has most of its time left.
/// </summary>
/// <param name="IsFromMember">Whether it comes from an address of a member.</param>
/// <param name="SourceCost">What its source has cost lately.</param>
/// <param name="IsUnderWay">Whether something was spent on this very connection.</param>
/// <param name="Number">Later connections have higher numbers.</param>
internal readonly record struct Turn(bool IsFromMember, double SourceCost, bool IsUnderWay, long Number) : IComparable<Turn>
{
    /// <returns>Below zero when this one goes first.</returns>
    public int CompareTo(Turn other)
    {
        var order = other.IsFromMember.CompareTo(IsFromMember);
        order = order != 0 ? order : SourceCost.CompareTo(other.SourceCost);
        order = order != 0 ? order : other.IsUnderWay.CompareTo(IsUnderWay);
        return order != 0 ? order : other.Number.CompareTo(Number);
    }
}
