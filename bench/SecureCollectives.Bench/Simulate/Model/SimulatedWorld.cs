using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// The schedules of an operation's ranks, one for each channel that it takes, or of the first of them where all others do the same: rank r
/// + <see cref="Period"/> what rank r does, with every peer that much further on. One period then stands for the whole world: what its
/// ranks send to a rank beyond it arrives at the rank in that one's place.
/// </summary>
internal sealed class SimulatedWorld
{
    /// <summary>By rank, then by channel.</summary>
    private readonly Schedule[][] _schedules;

    /// <param name="size">Ranks of the world.</param>
    /// <param name="period">Ranks that are simulated; a divisor of the world's size.</param>
    /// <param name="scheduleOf">The schedule of a rank.</param>
    public SimulatedWorld(int size, int period, Func<int, Schedule> scheduleOf)
        : this(size, period, rank => [scheduleOf(rank)])
    {
    }

    /// <param name="size">Ranks of the world.</param>
    /// <param name="period">Ranks that are simulated; a divisor of the world's size.</param>
    /// <param name="schedulesOf">The schedules of a rank, by channel; as many on all.</param>
    public SimulatedWorld(int size, int period, Func<int, Schedule[]> schedulesOf)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(size % period, 0, nameof(period));
        Size = size;
        _schedules = [.. Enumerable.Range(0, period).Select(schedulesOf)];
    }

    public int Size { get; }

    public int Period => _schedules.Length;

    /// <summary>How many are simulated: one for each rank and channel, rank by rank.</summary>
    public int Loops => Period * Channels;

    private int Channels => _schedules[0].Length;

    public Schedule ScheduleOf(int loop) => _schedules[RankOf(loop)][ChannelOf(loop)];

    /// <summary>The simulated rank that a loop is one of.</summary>
    public int RankOf(int loop) => loop / Channels;

    /// <summary>The loop of a simulated rank that has the same channel as another loop.</summary>
    public int LoopOf(int rank, int sameChannel) => (rank * Channels) + ChannelOf(sameChannel);

    /// <summary>The simulated rank that stands for a rank.</summary>
    public int InPlaceOf(int rank) => rank % Period;

    /// <summary>
    /// Who sends to the rank in the place of <paramref name="receiver"/> what <paramref name="sender"/> sends to the receiver.
    /// </summary>
    public int SenderAsSeenBy(int sender, int receiver)
    {
        var moved = receiver - InPlaceOf(receiver);
        return (sender - moved + Size) % Size;
    }

    private int ChannelOf(int loop) => loop % Channels;
}
