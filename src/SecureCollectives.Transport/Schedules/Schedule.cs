using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// A collective as pure data, for one rank: which span goes where, in which order, how it is reduced, and what it must wait for. The loop
/// runs it, and so does the simulator.
/// </summary>
/// <remarks>
/// A schedule computes transfers from positions and has no state. It has at most one send flow and one receive flow per peer. Received data
/// is applied in the order of its positions. A schedule must never let a receive overwrite bytes that the same rank still has to send. The
/// ring's order guarantees that: the final value of a shard can arrive only after the neighbour has applied the partial value sent before
/// it. Where the order alone does not guarantee it, <see cref="ReceiveTransfer.AfterSend"/> does.
/// </remarks>
internal abstract class Schedule
{
    /// <summary>Describes the call of this rank.</summary>
    public abstract OperationDescriptor Descriptor { get; }

    /// <summary>Returns the descriptor to send to a peer. The same for all peers unless the call differs from pair to pair.</summary>
    public virtual OperationDescriptor DescriptorTo(int peer) => Descriptor;

    /// <summary>Returns the descriptor that a peer must send.</summary>
    public virtual OperationDescriptor DescriptorFrom(int peer) => Descriptor;

    public abstract ReadOnlySpan<Flow> Sends { get; }

    public abstract ReadOnlySpan<Flow> Receives { get; }

    /// <summary>
    /// How long sent spans can be reproduced from the caller's buffers. Determines whether the operation waits for acknowledgements.
    /// </summary>
    public virtual SentSpans SentSpans => SentSpans.StayUntilApplied;

    /// <summary>
    /// This rank's own part of the result, copied when the operation starts; null if a transfer copies it
    /// (<see cref="SendTransfer.KeptAt"/>) or nothing has to be copied.
    /// </summary>
    public virtual LocalCopy? Local => null;

    public abstract SendTransfer GetSend(int flow, long position);

    public abstract ReceiveTransfer GetReceive(int flow, long position);
}
