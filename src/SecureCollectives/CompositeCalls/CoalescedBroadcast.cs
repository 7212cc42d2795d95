using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.CompositeCalls;

/// <summary>A Broadcast of many buffers.</summary>
/// <param name="group">The communicator on which the operations are queued.</param>
/// <param name="list">
/// The caller's buffers: input on the root, output on the other ranks. The list is copied; the buffers are used until the call ends.
/// </param>
/// <param name="root">The rank whose buffers are copied, 0 to the world size - 1.</param>
internal sealed class CoalescedBroadcast<T>(
    Communicator group, IReadOnlyList<Memory<T>> list, int root) : CoalescedCall<T>(group, list, null, 0)
    where T : unmanaged
{
    protected override bool HasInput => Group.Rank == root;

    protected override bool HasOutput => Group.Rank != root;

    protected override Schedule[] SchedulesOf(int count, ulong split) =>
        Group.Schedules.Broadcast(ElementType<T>.Code, ElementType<T>.Size, count, root, split);

    protected override void Prepare(ReadOnlySpan<T> source, Span<T> target)
    {
        if (source != target)
        {
            source.CopyTo(target);
        }
    }
}
