using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// An exchange in which only the two ranks of a pair know what they send each other: each tells the other both element counts, which must
/// agree.
/// </summary>
/// <param name="exchange">The blocks that are sent and received.</param>
/// <param name="to">The number of elements sent to each rank.</param>
/// <param name="from">The number of elements received from each rank.</param>
internal sealed class PairwiseExchange(ExchangeSchedule exchange, ulong[] to, ulong[] from) : Schedule
{
    public override OperationDescriptor Descriptor => exchange.Descriptor;

    public override ReadOnlySpan<Flow> Sends => exchange.Sends;

    public override ReadOnlySpan<Flow> Receives => exchange.Receives;

    public override LocalCopy? Local => exchange.Local;

    public override OperationDescriptor DescriptorTo(int peer) => Descriptor with { Count = to[peer], Detail = from[peer] };

    public override OperationDescriptor DescriptorFrom(int peer) => Descriptor with { Count = from[peer], Detail = to[peer] };

    public override SendTransfer GetSend(int flow, long position) => exchange.GetSend(flow, position);

    public override ReceiveTransfer GetReceive(int flow, long position) => exchange.GetReceive(flow, position);
}
