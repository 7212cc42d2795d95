using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// Finds the period n of a world: rank r + n sends and receives as much as rank r, with the same prerequisites, and with peers that are n
/// further on. Any n consecutive ranks then behave exactly as the next n do at any time, and the first n represent all.
/// </summary>
internal static class Symmetry
{
    /// <param name="size">The number of ranks of the world.</param>
    /// <param name="ranksPerHost">The number of ranks on each host.</param>
    /// <param name="scheduleOf">Returns the schedule of a rank.</param>
    /// <param name="cancellationToken">Cancels the search between two ranks.</param>
    /// <returns>The number of ranks to simulate: those of the smallest sufficient number of hosts, or all.</returns>
    public static int PeriodOf(int size, int ranksPerHost, Func<int, Schedule> scheduleOf, CancellationToken cancellationToken = default)
    {
        for (var period = ranksPerHost; period < size; period += ranksPerHost)
        {
            if (size % period == 0 && Repeats(size, period, scheduleOf, cancellationToken))
            {
                return period;
            }
        }

        return size;
    }

    /// <summary>
    /// Finds the period of ranks with several channels. All channels carry equal parts, except that the last part may be shorter.
    /// </summary>
    public static int PeriodOf(int size, int ranksPerHost, Func<int, Schedule[]> schedulesOf, CancellationToken cancellationToken = default)
    {
        var first = PeriodOf(size, ranksPerHost, rank => schedulesOf(rank)[0], cancellationToken);
        var last = PeriodOf(size, ranksPerHost, rank => schedulesOf(rank)[^1], cancellationToken);
        return first == last ? first : size;
    }

    /// <summary>
    /// Compares the flows of all ranks, but individual transfers only for the next and the last <paramref name="period"/> ranks: a rank's
    /// behaviour follows from its flows and its position.
    /// </summary>
    private static bool Repeats(int size, int period, Func<int, Schedule> scheduleOf, CancellationToken cancellationToken)
    {
        for (var rank = 0; rank < period; rank++)
        {
            var first = scheduleOf(rank);
            for (var other = rank + period; other < size; other += period)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var schedule = scheduleOf(other);
                var isCompared = other < 2 * period || other >= size - period;
                if (!HasSameFlows(first, schedule, other - rank, size) || (isCompared && !HasSameTransfers(first, schedule)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool HasSameFlows(Schedule first, Schedule other, int distance, int size) =>
        first.SentSpans == other.SentSpans && first.Local?.Length == other.Local?.Length
        && IsMoved(first.Sends, other.Sends, distance, size) && IsMoved(first.Receives, other.Receives, distance, size);

    private static bool IsMoved(ReadOnlySpan<Flow> first, ReadOnlySpan<Flow> other, int distance, int size)
    {
        if (first.Length != other.Length)
        {
            return false;
        }

        for (var i = 0; i < first.Length; i++)
        {
            if (other[i] != new Flow((first[i].Peer + distance) % size, first[i].Count))
            {
                return false;
            }
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
                {
                    return false;
                }
            }
        }

        for (var flow = 0; flow < first.Receives.Length; flow++)
        {
            for (var position = 0L; position < first.Receives[flow].Count; position++)
            {
                if (WithoutPlace(first.GetReceive(flow, position)) != WithoutPlace(other.GetReceive(flow, position)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static SendTransfer WithoutPlace(in SendTransfer transfer) =>
        transfer with { Source = WithoutPlace(transfer.Source), KeptAt = Math.Min(transfer.KeptAt, 0) };

    private static ReceiveTransfer WithoutPlace(in ReceiveTransfer transfer) =>
        transfer with { Operand = WithoutPlace(transfer.Operand), Target = WithoutPlace(transfer.Target), OperandIsLeft = false };

    private static Region WithoutPlace(in Region region) => new(BufferRole.Output, 0, region.Length);
}
