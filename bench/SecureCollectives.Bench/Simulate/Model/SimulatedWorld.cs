using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// The schedules of an operation's ranks, one for each channel. If the world is periodic, only the first ranks are included: rank r + <see
/// cref="Period"/> does what rank r does, with every peer shifted by the period. One period then represents the whole world: frames that
/// its ranks send to a rank outside the period arrive at that rank's representative.
/// </summary>
internal sealed class SimulatedWorld
{
    /// <summary>The schedules, by rank, then by channel.</summary>
    private readonly Schedule[][] _schedules;

    /// <param name="size">The number of ranks of the world.</param>
    /// <param name="period">The number of simulated ranks; a divisor of <paramref name="size"/>.</param>
    /// <param name="scheduleOf">Returns the schedule of a rank.</param>
    public SimulatedWorld(int size, int period, Func<int, Schedule> scheduleOf)
        : this(size, period, rank => [scheduleOf(rank)])
    {
    }

    /// <param name="size">The number of ranks of the world.</param>
    /// <param name="period">The number of simulated ranks; a divisor of <paramref name="size"/>.</param>
    /// <param name="schedulesOf">Returns the schedules of a rank, by channel; the same number for all ranks.</param>
    public SimulatedWorld(int size, int period, Func<int, Schedule[]> schedulesOf)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(size % period, 0, nameof(period));
        Size = size;
        _schedules = [.. Enumerable.Range(0, period).Select(schedulesOf)];
    }

    public int Size { get; }

    public int Period => _schedules.Length;

    /// <summary>The number of simulated loops: one for each rank and channel, rank by rank.</summary>
    public int Loops => Period * Channels;

    private int Channels => _schedules[0].Length;

    public Schedule ScheduleOf(int loop) => _schedules[RankOf(loop)][ChannelOf(loop)];

    /// <summary>Returns the simulated rank of a loop.</summary>
    public int RankOf(int loop) => loop / Channels;

    /// <summary>Returns the loop of a simulated rank that has the same channel as another loop.</summary>
    public int LoopOf(int rank, int sameChannel) => (rank * Channels) + ChannelOf(sameChannel);

    /// <summary>Returns the simulated rank that represents a rank.</summary>
    public int InPlaceOf(int rank) => rank % Period;

    /// <summary>
    /// Returns the rank from which the representative of <paramref name="receiver"/> receives the frames that <paramref name="sender"/>
    /// sends to the receiver.
    /// </summary>
    public int SenderAsSeenBy(int sender, int receiver)
    {
        var moved = receiver - InPlaceOf(receiver);
        return (sender - moved + Size) % Size;
    }

    private int ChannelOf(int loop) => loop % Channels;
}
