namespace SecureCollectives.Collectives;

/// <summary>
/// The order in which a local ring forwards units that become ready one after the other: in round d, each rank sends step s of unit d - s,
/// for all s. A unit takes its first step in the round in which it becomes ready and one more step in each following round, with the next
/// units behind it.
/// </summary>
/// <remarks>
/// A round therefore sends what the previous round received, whatever the number of units. Other work on the units, such as the ring
/// between hosts, runs concurrently with the local ring, from the first unit to the last. Each round has as many places as there are steps
/// or units, whichever is fewer; some places in the first and the last rounds stay empty.
/// </remarks>
/// <param name="units">The number of units to send around.</param>
/// <param name="steps">The number of steps that each unit takes.</param>
internal readonly struct LocalRounds(long units, int steps)
{
    private readonly long _width = Math.Min(units, steps);

    /// <summary>The number of rounds.</summary>
    public long Count => units == 0 ? 0 : units + steps - 1;

    /// <summary>The number of places in all rounds.</summary>
    public long Places => Count * _width;

    /// <summary>Returns the unit and step of a place.</summary>
    public LocalPlace Locate(long place)
    {
        var round = place / _width;
        var number = place % _width;
        var (unit, step) = _width == steps ? (round - number, number) : (number, round - number);
        return new LocalPlace(round, (uint)number, unit, (int)step, unit >= 0 && unit < units && step >= 0 && step < steps);
    }

    /// <summary>Returns the place of a unit's step.</summary>
    public long PlaceOf(long unit, int step) => ((unit + step) * _width) + (_width == steps ? step : unit);
}
