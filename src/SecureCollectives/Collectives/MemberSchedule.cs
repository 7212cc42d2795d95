using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// The schedule of a communicator that has only some of the job's ranks: translates the members' numbers, which start from 0, to their job
/// ranks, which identify the links.
/// </summary>
internal sealed class MemberSchedule : Schedule
{
    private readonly Schedule _inner;
    private readonly int[] _members;
    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    /// <param name="inner">The schedule to translate, whose peers are members' numbers.</param>
    /// <param name="members">The job rank of each member.</param>
    public MemberSchedule(Schedule inner, int[] members)
    {
        _inner = inner;
        _members = members;
        _sends = [.. inner.Sends.ToArray().Select(flow => flow with { Peer = members[flow.Peer] })];
        _receives = [.. inner.Receives.ToArray().Select(flow => flow with { Peer = members[flow.Peer] })];
    }

    public override OperationDescriptor Descriptor => _inner.Descriptor;

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override SentSpans SentSpans => _inner.SentSpans;

    public override LocalCopy? Local => _inner.Local;

    public override OperationDescriptor DescriptorTo(int peer) => _inner.DescriptorTo(Array.IndexOf(_members, peer));

    public override OperationDescriptor DescriptorFrom(int peer) => _inner.DescriptorFrom(Array.IndexOf(_members, peer));

    public override SendTransfer GetSend(int flow, long position) => _inner.GetSend(flow, position);

    public override ReceiveTransfer GetReceive(int flow, long position) => _inner.GetReceive(flow, position);
}
