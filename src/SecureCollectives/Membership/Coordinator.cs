using System.Net;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Membership;

/// <summary>Rank 0's own part of the rendezvous: it takes its place, waits for the others, and says why it waited in vain.</summary>
/// <param name="board">Who has come.</param>
/// <param name="refusals">Whom it refused.</param>
/// <param name="options">The worker's.</param>
/// <param name="addresses">Where it listens.</param>
/// <param name="limit">How long it waits.</param>
/// <param name="logger">Where it logs.</param>
internal sealed class Coordinator(
    RendezvousBoard board, JoinRefusals refusals, JobOptions options, ListenAddresses addresses, JoinLimit limit, ILogger logger)
{
    /// <summary>Where nobody said how many workers this host has, workers of this host have come by then.</summary>
    private static readonly TimeSpan LocalWorkersComeWithin = TimeSpan.FromSeconds(10);

    /// <summary>Whether rank 0 listens where only its own host reaches it, and workers may be elsewhere.</summary>
    private bool MayBeOutOfReach =>
        options.WorldSize > 1 && addresses.IsLoopbackOnly && (options.LocalWorldSize == 0 || options.LocalWorldSize < options.WorldSize);

    /// <returns>The roster's bytes.</returns>
    /// <exception cref="MembershipException">Not all have come, or those who have cannot be one job.</exception>
    public async Task<byte[]> RunAsync(RosterMember self)
    {
        board.Claim(self);
        try
        {
            if (MayBeOutOfReach)
            {
                await WarnAsync().ConfigureAwait(false);
            }

            return await board.Roster.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsOver)
        {
            var missing = board.Missing;
            var reason = new MembershipException(
                MembershipError.MissingRanks,
                $"{Ranks.Name(missing)} did not join within {limit}. Start what is missing, or raise the join time-out."
                    + refusals.About(missing) + (MayBeOutOfReach ? $" {OutOfReach}" : string.Empty));
            board.GiveUp(reason); // Those who came hear it too, before the server stops.
            throw reason;
        }
    }

    private string OutOfReach =>
        $"Rank 0 listens at {string.Join<IPAddress>(" and ", addresses.Control)} only, which no other host reaches, because MASTER_ADDR is "
            + $"'{options.MasterAddress}' here: where workers run on other hosts, set it to an address or name of this host that "
            + "they reach.";

    private async Task WarnAsync()
    {
        if (options.LocalWorldSize == 0)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            await Task.WhenAny(board.Roster, Task.Delay(LocalWorkersComeWithin, limit.Clock, stop.Token)).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            limit.Token.ThrowIfCancellationRequested();
        }

        if (!board.Roster.IsCompleted)
        {
            Log.MasterListensOnLoopback(logger, OutOfReach);
        }
    }
}
