using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Faults;

/// <summary>
/// Attributes a failure to a culprit from the views of all ranks. In order of precedence: a process that has ended; calls that differ; any
/// other conclusive report; a process that does not answer; a lost connection between two live ranks; the last rank in a chain of ranks
/// that wait for each other's Send or Receive; the rank awaited at the earliest step.
/// </summary>
internal static class FaultRules
{
    /// <summary>
    /// An awaited rank was late if the waiting rank had been in the operation more than this many times as long. Without this rule, a rank
    /// that makes the call just as the others give up would seem to have been in the operation along with them.
    /// </summary>
    private const int LateFactor = 2;

    /// <summary>Decides a case.</summary>
    /// <param name="ranks">What is known about each rank, indexed by rank. At least one rank has reported.</param>
    public static Verdict Decide(IReadOnlyList<RankView> ranks)
    {
        var reports = ranks.Select(rank => rank.Report).OfType<FaultReport>()
            .OrderBy(report => (report.Operation, report.Step, report.Reason, report.Witness)).ToArray();
        var conclusive = reports.FirstOrDefault(report => report.IsConclusive);
        if (Absent(ranks, reports, Presence.Gone) is { } gone && conclusive?.Suspect != gone.Rank)
        {
            return new Verdict(
                AbortReason.PeerLost, gone.Rank, null, gone.Witness, gone.Operation, gone.Step,
                    $"rank {gone.Witness} lost its connection to rank {gone.Rank}: the process has ended");
        }

        if ((conclusive is null or { Reason: AbortReason.CallMismatch }) && OfCalls(ranks) is { } mismatch)
        {
            return mismatch;
        }

        if (conclusive is not null)
        {
            return new Verdict(
                conclusive.Reason, conclusive.Suspect, null, conclusive.Witness, conclusive.Operation, conclusive.Step, conclusive.Detail);
        }

        if (Absent(ranks, reports, Presence.Silent) is { } silent)
        {
            var isLost = reports.Any(report => report.Reason == AbortReason.PeerLost && report.Suspect == silent.Rank);
            return new Verdict(
                isLost ? AbortReason.PeerLost : AbortReason.TimedOut,
                silent.Rank,
                null,
                silent.Witness,
                silent.Operation,
                silent.Step,
                $"rank {silent.Witness} {(isLost ? "lost its connection to" : "waited for")} rank {silent.Rank}, which does not answer: "
                    + "it has stopped or is cut off");
        }

        if (reports.FirstOrDefault(report => report.Reason == AbortReason.PeerLost) is { } lost)
        {
            return lost.Witness == lost.Suspect
                ? new Verdict(lost.Reason, lost.Suspect, null, lost.Witness, lost.Operation, lost.Step, lost.Detail)
                : Verdict.OfPair(
                    lost.Reason,
                    lost.Suspect,
                    lost.Witness,
                    lost.Witness,
                    lost.Operation,
                    lost.Step,
                    $"ranks {Math.Min(lost.Suspect, lost.Witness)} and {Math.Max(lost.Suspect, lost.Witness)} lost their connection "
                        + $"to each other, though both are alive; rank {lost.Witness} saw: {lost.Detail}");
        }

        return OfMessages(ranks) ?? OfWaits(ranks)
            ?? new Verdict(reports[0].Reason, reports[0].Suspect, null, reports[0].Witness, reports[0].Operation, reports[0].Step,
                reports[0].Detail);
    }

    /// <summary>
    /// Compares the running calls: operations with the same number must be the same call on all ranks. If they differ, holds responsible
    /// the highest rank among those that made the rarest call, since one rank must be named.
    /// </summary>
    /// <returns>The verdict; null if the calls do not differ.</returns>
    public static Verdict? OfCalls(IReadOnlyList<RankView> ranks)
    {
        var calls = Enumerable.Range(0, ranks.Count)
            .Where(rank => ranks[rank].LastWait is { IsRunning: true, Call: not null })
            .Select(rank => (Rank: rank, ranks[rank].LastWait!.Value.Operation, Call: ranks[rank].LastWait!.Value.Call!.Value))
            .GroupBy(call => call.Operation)
            .OrderBy(operation => operation.Key)
            .Select(operation => operation.GroupBy(call => call.Call).OrderByDescending(same => same.Count())
                .ThenBy(same => same.First().Rank).ToArray())
            .FirstOrDefault(operation => operation.Length > 1);
        if (calls is null)
        {
            return null;
        }

        var (most, fewest) = (calls[0].First(), calls[^1].Last());
        return new Verdict(
            AbortReason.CallMismatch,
            fewest.Rank,
            null,
            most.Rank,
            most.Operation,
            0,
            $"rank {most.Rank} called {most.Call}, rank {fewest.Rank} called {fewest.Call}; "
                + "all ranks must make the same calls in the same order");
    }

    /// <summary>
    /// Returns the lowest rank with this presence that another rank has lost or is waiting for. A rank that no other rank needs cannot
    /// have caused the failure.
    /// </summary>
    private static Blame? Absent(IReadOnlyList<RankView> ranks, FaultReport[] reports, Presence presence)
    {
        for (var rank = 0; rank < ranks.Count; rank++)
        {
            if (ranks[rank].Presence != presence)
            {
                continue;
            }

            if (reports.FirstOrDefault(report => report.Suspect == rank && report.Witness != rank) is { } report)
            {
                return new Blame(rank, report.Witness, report.Operation, report.Step);
            }

            foreach (var (waiter, place) in Waits(ranks))
            {
                if (place.For == rank)
                {
                    return new Blame(rank, waiter, place.Operation, place.Step);
                }
            }

            if (ranks.Index().FirstOrDefault(
                view => view.Item.LastWait is { IsForMessage: true } wait && wait.WaitedFor == rank) is { Item: not null } messaging)
            {
                return new Blame(rank, messaging.Index, 0, 0);
            }
        }

        return null;
    }

    /// <summary>
    /// Handles a rank that has timed out waiting for another's Send or Receive. That other rank may itself be waiting for a third, in an
    /// operation or for a message, and so on. The last rank in the chain, which is not waiting for any rank, holds up all the others. A
    /// cycle has no last rank; the verdict then names the first rank and the rank whose message it is waiting for.
    /// </summary>
    private static Verdict? OfMessages(IReadOnlyList<RankView> ranks)
    {
        var first = Enumerable.Range(0, ranks.Count)
            .FirstOrDefault(rank => ranks[rank].Report is { Reason: AbortReason.TimedOut, Wait.IsForMessage: true }, -1);
        if (first < 0)
        {
            return null;
        }

        var wanted = ranks[first].Report!.Wait.WaitedFor!.Value;
        var (waiter, awaited) = (first, wanted);
        for (var passed = 0; passed < ranks.Count; passed++)
        {
            if (ranks[awaited].LastWait is not { WaitedFor: { } next })
            {
                var words = $"rank {waiter} waited for rank {awaited} {What(ranks[waiter])}; "
                    + $"rank {awaited} is alive and is not waiting for any rank";
                return new Verdict(AbortReason.TimedOut, awaited, null, waiter, 0, 0, words);
            }

            (waiter, awaited) = (awaited, next);
        }

        var circle = $"ranks are waiting for each other in a cycle, in which rank {first} is waiting for rank {wanted} in Send or Receive";
        return Verdict.OfPair(AbortReason.TimedOut, first, wanted, first, 0, 0, circle);

        static string What(RankView view) => view.LastWait is not { IsForMessage: true } ? "in an operation"
            : view.Report is { Reason: AbortReason.TimedOut } report ? $"in Send or Receive, and saw: {report.Detail}"
            : "in Send or Receive";
    }

    /// <summary>
    /// Finds the rank that holds up all others. The transfers due at a step depend only on earlier steps, so this is the rank awaited at
    /// the earliest step. Either that rank is late, or the connection between it and the waiting rank is stuck. In the latter case, the
    /// awaited rank has got at least as far and can only be waiting for something later.
    /// </summary>
    private static Verdict? OfWaits(IReadOnlyList<RankView> ranks)
    {
        var waits = Waits(ranks).ToArray();
        var earliest = waits.TakeWhile(wait => wait.Place.IsWith(waits[0].Place)).ToArray();
        foreach (var (waiter, place) in earliest)
        {
            if (IsLate(ranks[place.For].LastWait, place))
            {
                return new Verdict(
                    AbortReason.TimedOut,
                    place.For,
                    null,
                    waiter,
                    place.Operation,
                    place.Step,
                    $"rank {waiter} waited for rank {place.For} until the deadline; rank {place.For} is alive but has not got that far");
            }
        }

        if (earliest is not [var (first, stuck), ..])
        {
            return null;
        }

        return Verdict.OfPair(
            AbortReason.TimedOut,
            stuck.For,
            first,
            first,
            stuck.Operation,
            stuck.Step,
            $"rank {first} waited for rank {stuck.For} until the deadline, "
                + $"though rank {stuck.For} is alive and has got that far: check the network between them");
    }

    /// <summary>
    /// Returns whether a rank holds up another because it has not got that far or is not waiting for any rank. Otherwise, the data that it
    /// has sent is not arriving.
    /// </summary>
    private static bool IsLate(LoopWait? awaited, Place place) =>
        awaited is not { } wait
        || wait.Operation < place.Operation
        || (wait.Operation == place.Operation && (!wait.IsRunning || wait.WaitedFor is null || wait.Elapsed * LateFactor < place.Elapsed));

    /// <summary>Returns all waits in order of their steps; at the same step, ranks that have reported a failure come first.</summary>
    private static IEnumerable<(int Waiter, Place Place)> Waits(IReadOnlyList<RankView> ranks) => Enumerable.Range(0, ranks.Count)
        .Where(rank => ranks[rank].LastWait is { IsRunning: true, WaitedFor: not null })
        .Select(rank => (Waiter: rank, Wait: ranks[rank].LastWait!.Value, HasFailed: ranks[rank].Report is not null))
        .OrderBy(entry => (entry.Wait.Operation, entry.Wait.Step, !entry.HasFailed, entry.Waiter))
        .Select(entry => (entry.Waiter, new Place(entry.Wait.WaitedFor!.Value, entry.Wait.Operation, entry.Wait.Step, entry.Wait.Elapsed)));

    private readonly record struct Place(int For, ulong Operation, uint Step, TimeSpan Elapsed)
    {
        public bool IsWith(in Place other) => (Operation, Step) == (other.Operation, other.Step);
    }

    private readonly record struct Blame(int Rank, int Witness, ulong Operation, uint Step);
}
