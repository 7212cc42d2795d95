using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// An exchange in which two ranks alone know what they send each other: each tells the other both numbers of elements, and they must agree.
/// </summary>
/// <param name="exchange">What is sent and received.</param>
/// <param name="to">By rank, the elements that it is sent.</param>
/// <param name="from">By rank, the elements that it sends.</param>
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
