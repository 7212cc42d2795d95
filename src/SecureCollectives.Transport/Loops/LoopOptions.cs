using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>The constants of a communicator's loop.</summary>
/// <param name="ChunkBytes">The maximum payload of a data frame, in bytes; the same on all ranks.</param>
/// <param name="SmallBytes">The maximum data in a message, in bytes; the same on all ranks.</param>
internal sealed record LoopOptions(int ChunkBytes, int SmallBytes)
{
    /// <summary>How much a lane retains of its messages.</summary>
    public Retention Retention { get; } = new(SmallBytes);

    /// <summary>The maximum payload of a message frame, in bytes.</summary>
    public int LongestMessage => Retention.LongestMessage;

    /// <summary>
    /// How many times the loop yields before it sleeps in poll. With fewer cores than ranks, a peer needs the processor to send the awaited
    /// bytes. Values of 20, 100 and 400 performed alike: 64 bytes took 9 to 11 us between two ranks on two cores, and 56 to 67 us between
    /// four; sleeping immediately took 44 to 51 and 190 us, and pure spinning is ruinous with more ranks than cores (816 us). To tune it,
    /// change it and run the benchmark with <c>--collectives allreduce --min-bytes 64 --max-bytes 4K</c>, once with as many ranks as cores
    /// and once with twice as many.
    /// </summary>
    public int YieldsBeforePoll { get; init; } = 100;

    /// <summary>
    /// How long a yield may take before waits skip yielding for a while (<see cref="IdleSteps"/>). While two busy-looping programs occupied
    /// the two cores, half this value was no better. Skipping slowed nothing down, except when peers sometimes compute for longer. To tune
    /// it, run the benchmark with <c>--collectives allreduce --min-bytes 4K --max-bytes 16M --factor 64</c>, both alongside such programs
    /// and on an otherwise idle machine.
    /// </summary>
    public TimeSpan LongYield { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The maximum number of queued operations. A caller that exceeds it is not awaiting its results.</summary>
    public int QueueLength { get; init; } = 1024;

    /// <summary>How long an operation may continue past its deadline while bytes still arrive (<see cref="TimeLimit"/>).</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Determines which rank caused a failure; null to report what this rank observed.</summary>
    public IFaultAttribution? Attribution { get; init; }

    /// <summary>The time without progress after which ranks compare their calls.</summary>
    public TimeSpan StallTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a failed communicator waits for <see cref="Attribution"/>.</summary>
    public TimeSpan AttributionTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The number of participating ranks, by which averages are divided; null for all ranks.</summary>
    public int? Members { get; init; }

    /// <summary>The ranks to which links may be opened on demand; null for all.</summary>
    public IReadOnlyList<int>? Peers { get; init; }

    /// <summary>
    /// Whether the loop numbers its own operations instead of using the numbers of the communicator's calls. In that case it also uses its
    /// own numbers when it reports the end to its peer.
    /// </summary>
    public bool CountsAlone { get; init; }

    /// <summary>The clock of the loop.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// The number of frame bytes that one direction of a lane may carry before its link is replaced. Checked when an operation begins.
    /// </summary>
    public long ReplaceLinksFrom { get; init; } = long.MaxValue;

    /// <summary>Opens links on demand and replaces those that end; null to fail an operation together with its link.</summary>
    public ILinkKeeper? LinkKeeper { get; init; }

    /// <summary>
    /// How long a failing communicator tries to send the abort to its peers, and, separately, how long it then waits for them to receive
    /// it. A failed call is delayed by at most the first of these times plus <see cref="AttributionTimeout"/> and, after a timeout,
    /// <see cref="DrainTimeout"/>. A call that drives the loop on its own thread is delayed by the second as well.
    /// </summary>
    public TimeSpan AbortTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
