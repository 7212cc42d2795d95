using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.CompositeCalls;

/// <summary>An AllReduce of many buffers.</summary>
/// <param name="group">The communicator on which the operations are queued.</param>
/// <param name="list">
/// The caller's buffers, each of which is input and result. The list is copied; the buffers are used until the call ends.
/// </param>
/// <param name="operation">How elements are combined; the same on all ranks.</param>
internal sealed class CoalescedAllReduce<T>(Communicator group, IReadOnlyList<Memory<T>> list, ReduceOp operation)
    : CoalescedCall<T>(group, list, operation.ReducerOf<T>(), operation.Detail)
    where T : unmanaged
{
    protected override bool HasInput => true;

    protected override bool HasOutput => true;

    protected override Schedule[] SchedulesOf(int count, ulong split) =>
        Group.Schedules.AllReduce(ElementType<T>.Code, ElementType<T>.Size, operation.Code, count, split);

    protected override void Prepare(ReadOnlySpan<T> source, Span<T> target)
    {
        if (operation.Scales)
        {
            operation.Scale(source, target);
        }
        else if (source != target)
        {
            source.CopyTo(target);
        }
    }
}
