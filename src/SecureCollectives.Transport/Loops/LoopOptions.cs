using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>Constants of one communicator's loop.</summary>
/// <param name="ChunkBytes">Largest payload of a data frame; the same on all ranks.</param>
/// <param name="SmallBytes">Most data in a message; the same on all ranks.</param>
internal sealed record LoopOptions(int ChunkBytes, int SmallBytes)
{
    /// <summary>What a lane keeps of messages.</summary>
    public Retention Retention { get; } = new(SmallBytes);

    /// <summary>Largest payload of a message frame.</summary>
    public int LongestMessage => Retention.LongestMessage;

    /// <summary>
    /// How often the loop gives up the processor before it sleeps in poll. With fewer cores than ranks a peer needs the processor to send
    /// what is waited for. 20, 100 and 400 were alike: 64 bytes took 9 to 11 us between two ranks on two cores, 56 to 67 us between four;
    /// sleeping at once took 44 to 51 and 190 us, and pure spinning is ruinous with more ranks than cores (816 us). To choose again: change
    /// it, and run the benchmark with
    /// <c>--collectives allreduce --min-bytes 64 --max-bytes 4K</c> at a world as large as the machine has cores, and at twice that.
    /// </summary>
    public int YieldsBeforePoll { get; init; } = 100;

    /// <summary>
    /// How long a yield may take before waits skip yielding for a while (<see cref="IdleSteps"/>). Beside two endless loops on two cores,
    /// half of it was no better, and without peers that compute longer at times nothing was slower. To choose again: the benchmark with
    /// <c>--collectives allreduce --min-bytes 4K --max-bytes 16M --factor 64</c>, beside such loops and alone.
    /// </summary>
    public TimeSpan LongYield { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Operations that may be queued; more is a caller that does not wait for its results.</summary>
    public int QueueLength { get; init; } = 1024;

    /// <summary>How long an operation that is late goes on at most while bytes still come (<see cref="TimeLimit"/>).</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Finds out who is to blame for a failure; null: what this rank saw stands.</summary>
    public IFaultAttribution? Attribution { get; init; }

    /// <summary>Without progress for so long, ranks compare their calls.</summary>
    public TimeSpan StallTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a failed communicator waits for that at most.</summary>
    public TimeSpan AttributionTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Ranks that take part, where they are not all: averages are divided by their number.</summary>
    public int? Members { get; init; }

    /// <summary>The ranks to which links may be opened when they are needed; null for all.</summary>
    public IReadOnlyList<int>? Peers { get; init; }

    /// <summary>
    /// Whether its operations have numbers of their own, and not those of the communicator's calls: what it tells its peer of the end is by
    /// these.
    /// </summary>
    public bool CountsAlone { get; init; }

    /// <summary>Tells the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Bytes of frames that a direction of a lane may have carried when an operation begins; with more, its link is replaced.
    /// </summary>
    public long ReplaceLinksFrom { get; init; } = long.MaxValue;

    /// <summary>Opens new links in place of those that end; null where an operation fails with its link.</summary>
    public ILinkKeeper? LinkKeeper { get; init; }

    /// <summary>
    /// How long a failing communicator tries to tell its peers why, and then to hear that they know. A failed call returns late by the
    /// first of these at most, by
    /// <see cref="AttributionTimeout"/> and, after a time-out, by <see cref="DrainTimeout"/>; one that drives the loop on its own thread by
    /// the second as well.
    /// </summary>
    public TimeSpan AbortTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
