using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// A collective as pure data, for one rank: which span goes where, in which order, reduced how, after what. The loop runs it; so can a
/// simulation.
/// </summary>
/// <remarks>
/// A schedule is arithmetic from positions to transfers, without state. There is at most one send flow and one receive flow to a peer.
/// Received data is applied in the order of its positions. A schedule must never let a receive overwrite bytes that the same rank still has
/// to send: the ring's does not, because a shard's final value can only arrive after the neighbour has applied the partial one sent before;
/// where the schedule's order alone does not see to it, <see cref="ReceiveTransfer.AfterSend"/> does.
/// </remarks>
internal abstract class Schedule
{
    /// <summary>The call.</summary>
    public abstract OperationDescriptor Descriptor { get; }

    /// <summary>What a peer is told of the call: the same for all, unless what the call says differs from pair to pair.</summary>
    public virtual OperationDescriptor DescriptorTo(int peer) => Descriptor;

    /// <summary>What a peer must say of it.</summary>
    public virtual OperationDescriptor DescriptorFrom(int peer) => Descriptor;

    public abstract ReadOnlySpan<Flow> Sends { get; }

    public abstract ReadOnlySpan<Flow> Receives { get; }

    /// <summary>Until when sent spans can be sent again; decides whether the operation waits for acknowledgements.</summary>
    public virtual SentSpans SentSpans => SentSpans.StayUntilApplied;

    /// <summary>
    /// This rank's own part of the result where no transfer keeps it (<see cref="SendTransfer.KeptAt"/>); copied when the operation starts.
    /// </summary>
    public virtual LocalCopy? Local => null;

    public abstract SendTransfer GetSend(int flow, long position);

    public abstract ReceiveTransfer GetReceive(int flow, long position);
}
