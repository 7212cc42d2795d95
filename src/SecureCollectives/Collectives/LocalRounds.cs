namespace SecureCollectives.Collectives;

/// <summary>
/// The order in which a local ring forwards units that become ready one after the other: in round d each rank sends the step s of unit d -
/// s, for all s. A unit goes on its way in the round in which it becomes ready and takes the next step in the next round, while the units
/// after it follow.
/// </summary>
/// <remarks>
/// So what a round sends was received in the round before, whatever the number of units; and work on the units, such as the ring between
/// hosts, goes on beside the local ring from the first unit to the last. Each round has as many places as the fewer of steps and units; at
/// both ends of the order some of them stay empty.
/// </remarks>
/// <param name="units">Units to send around.</param>
/// <param name="steps">Steps that each unit takes.</param>
internal readonly struct LocalRounds(long units, int steps)
{
    private readonly long _width = Math.Min(units, steps);

    /// <summary>Rounds.</summary>
    public long Count => units == 0 ? 0 : units + steps - 1;

    /// <summary>Places in all rounds.</summary>
    public long Places => Count * _width;

    /// <summary>What a place stands for.</summary>
    public LocalPlace Locate(long place)
    {
        var round = place / _width;
        var number = place % _width;
        var (unit, step) = _width == steps ? (round - number, number) : (number, round - number);
        return new LocalPlace(round, (uint)number, unit, (int)step, unit >= 0 && unit < units && step >= 0 && step < steps);
    }

    /// <summary>The place of a unit's step.</summary>
    public long PlaceOf(long unit, int step) => ((unit + step) * _width) + (_width == steps ? step : unit);
}
