using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// The schedules of an operation's ranks, or of the first of them where all others do the same: rank r + <see cref="Period"/> what rank r does, with every
/// peer that much further on. One period then stands for the whole world: what its ranks send to a rank beyond it arrives at the rank in that one's place.
/// </summary>
internal sealed class SimulatedWorld
{
    private readonly Schedule[] _schedules;

    /// <param name="size">Ranks of the world.</param>
    /// <param name="period">Ranks that are simulated; a divisor of the world's size.</param>
    /// <param name="scheduleOf">The schedule of a rank.</param>
    public SimulatedWorld(int size, int period, Func<int, Schedule> scheduleOf)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(size % period, 0, nameof(period));
        Size = size;
        _schedules = [.. Enumerable.Range(0, period).Select(scheduleOf)];
    }

    public int Size { get; }

    public int Period => _schedules.Length;

    public Schedule this[int rank] => _schedules[rank];

    /// <summary>The simulated rank that stands for a rank.</summary>
    public int InPlaceOf(int rank) => rank % Period;

    /// <summary>Who sends to the rank in the place of <paramref name="receiver"/> what <paramref name="sender"/> sends to the receiver.</summary>
    public int SenderAsSeenBy(int sender, int receiver)
    {
        var moved = receiver - InPlaceOf(receiver);
        return (sender - moved + Size) % Size;
    }
}
