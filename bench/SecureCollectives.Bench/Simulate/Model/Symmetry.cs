using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// Whether all hosts do the same: rank r + n, n ranks to a host, sends and receives as much as rank r, after the same, with peers that are n further on.
/// Then nothing that happens on one host differs from what happens on another at the same time, and one of them stands for all.
/// </summary>
internal static class Symmetry
{
    /// <param name="size">Ranks of the world.</param>
    /// <param name="ranksPerHost">Ranks of each host.</param>
    /// <param name="scheduleOf">The schedule of a rank.</param>
    /// <returns>How many ranks have to be simulated: those of one host, or all.</returns>
    public static int PeriodOf(int size, int ranksPerHost, Func<int, Schedule> scheduleOf)
    {
        if (ranksPerHost >= size || size % ranksPerHost != 0)
            return size;
        for (var rank = 0; rank < ranksPerHost; rank++)
        {
            var first = scheduleOf(rank);
            for (var other = rank + ranksPerHost; other < size; other += ranksPerHost)
            {
                // What a rank sends and when follows from its flows and from where it stands: all are compared in their flows, and the neighbour and the
                // last host in every transfer.
                var isCompared = other < 2 * ranksPerHost || other >= size - ranksPerHost;
                if (!HasSameFlows(first, scheduleOf(other), other - rank, size) || (isCompared && !HasSameTransfers(first, scheduleOf(other))))
                    return size;
            }
        }

        return ranksPerHost;
    }

    private static bool HasSameFlows(Schedule first, Schedule other, int distance, int size) =>
        first.SentSpans == other.SentSpans && first.Local?.Length == other.Local?.Length
        && IsMoved(first.Sends, other.Sends, distance, size) && IsMoved(first.Receives, other.Receives, distance, size);

    private static bool IsMoved(ReadOnlySpan<Flow> first, ReadOnlySpan<Flow> other, int distance, int size)
    {
        if (first.Length != other.Length)
            return false;
        for (var i = 0; i < first.Length; i++)
        {
            if (other[i] != new Flow((first[i].Peer + distance) % size, first[i].Count))
                return false;
        }

        return true;
    }

    private static bool HasSameTransfers(Schedule first, Schedule other)
    {
        for (var flow = 0; flow < first.Sends.Length; flow++)
        {
            for (var position = 0L; position < first.Sends[flow].Count; position++)
            {
                if (WithoutPlace(first.GetSend(flow, position)) != WithoutPlace(other.GetSend(flow, position)))
                    return false;
            }
        }

        for (var flow = 0; flow < first.Receives.Length; flow++)
        {
            for (var position = 0L; position < first.Receives[flow].Count; position++)
            {
                if (WithoutPlace(first.GetReceive(flow, position)) != WithoutPlace(other.GetReceive(flow, position)))
                    return false;
            }
        }

        return true;
    }

    private static SendTransfer WithoutPlace(in SendTransfer transfer) => transfer with { Source = WithoutPlace(transfer.Source) };

    private static ReceiveTransfer WithoutPlace(in ReceiveTransfer transfer) =>
        transfer with { Operand = WithoutPlace(transfer.Operand), Target = WithoutPlace(transfer.Target) };

    private static Region WithoutPlace(in Region region) => new(BufferRole.Output, 0, region.Length);
}
