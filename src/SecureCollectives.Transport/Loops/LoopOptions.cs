using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>Constants of one communicator's loop.</summary>
/// <param name="ChunkBytes">Largest payload of a data frame; the same on all ranks.</param>
/// <param name="SmallBytes">Most data in a message; the same on all ranks.</param>
internal sealed record LoopOptions(int ChunkBytes, int SmallBytes)
{
    private const int MinRetainedBytes = 16 * 1024;

    /// <summary>Largest payload of a message frame.</summary>
    public int LongestMessage => OperationDescriptor.Length + SmallBytes;

    /// <summary>
    /// What a lane keeps of messages that the peer has not acknowledged; part of the wire protocol, since the peer acknowledges by it. Room for four of the
    /// longest: one for an operation to send, while half of the room may be taken by what the peer has applied and not acknowledged yet. With 16 KiB at least, an
    /// acknowledgement comes about once in 70 of the shortest messages and costs nothing that could be measured.
    /// </summary>
    public int RetainedBytes => Math.Max(MinRetainedBytes, 4 * RetainedMessages.WeightOf(LongestMessage));

    /// <summary>
    /// How often the loop gives up the processor before it sleeps in poll. With fewer cores than ranks a peer needs the processor to send what is
    /// waited for. 20, 100 and 400 were alike: 64 bytes took 9 to 11 us between two ranks on two cores, 56 to 67 us between four; sleeping at once took 44 to 51
    /// and 190 us, and pure spinning is ruinous with more ranks than cores (816 us). To choose again: change it, and run the benchmark with
    /// <c>--collectives allreduce --min-bytes 64 --max-bytes 4K</c> at a world as large as the machine has cores, and at twice that.
    /// </summary>
    public int YieldsBeforePoll { get; init; } = 100;

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

    /// <summary>
    /// Bytes of frames that a direction of a lane may have carried when an operation begins on it; with more, the operation begins on a new link. The same on all ranks.
    /// </summary>
    public long ReplaceLinksFrom { get; init; } = long.MaxValue;

    /// <summary>Opens new links; null where none is ever replaced.</summary>
    public OpenLinkAgain? OpenLinkAgain { get; init; }

    /// <summary>
    /// How long a failing communicator tries to tell its peers why, and then to hear that they know. A failed call returns late by the first of these at most, by
    /// <see cref="AttributionTimeout"/> and, after a time-out, by <see cref="DrainTimeout"/>; one that drives the loop on its own thread by the second as well.
    /// </summary>
    public TimeSpan FarewellTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
