using System.Net;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Membership;

/// <summary>Rank 0's own part of the rendezvous: claims its rank, waits for the other ranks, and explains why ranks are missing.</summary>
/// <param name="board">The workers that have joined.</param>
/// <param name="refusals">The refusals of rank 0.</param>
/// <param name="options">The worker's options.</param>
/// <param name="addresses">The addresses on which it listens.</param>
/// <param name="limit">The time limit of the join.</param>
/// <param name="logger">The log.</param>
internal sealed class Coordinator(
    RendezvousBoard board, JoinRefusals refusals, JobOptions options, ListenAddresses addresses, JoinLimit limit, ILogger logger)
{
    /// <summary>Whether rank 0 listens where only its own host reaches it, and nothing says that all workers are on that host.</summary>
    private bool MayBeOutOfReach =>
        options.WorldSize > 1 && addresses.IsLoopbackOnly && options.LocalWorldSize < options.WorldSize;

    /// <summary>Waits until all workers have joined.</summary>
    /// <returns>The roster's bytes.</returns>
    /// <exception cref="MembershipException">Ranks are missing, or the workers cannot form one job.</exception>
    public async Task<byte[]> RunAsync(RosterMember self)
    {
        board.Claim(self);
        try
        {
            if (MayBeOutOfReach)
            {
                Log.MasterListensOnLoopback(logger, OutOfReach);
            }

            return await board.Roster.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsOver)
        {
            var missing = board.Missing;
            var reason = new MembershipException(
                MembershipError.MissingRanks,
                $"{Ranks.Name(missing)} did not join within {limit}. Start what is missing, or raise the join timeout."
                    + refusals.About(missing) + (MayBeOutOfReach ? $" {OutOfReach}" : string.Empty));
            board.GiveUp(reason); // The workers that have joined learn the reason before the server stops.
            throw reason;
        }
    }

    private string OutOfReach =>
        $"Rank 0 listens at {string.Join<IPAddress>(" and ", addresses.Control)} only, which no other host reaches, because "
            + (addresses.Lost.Count == 0
                ? $"MASTER_ADDR is '{options.MasterAddress}' here. If workers run on other hosts, set MASTER_ADDR to an address or name of "
                    + "this host that they reach; "
                : $"it could not listen at {string.Join(" and ", addresses.Lost)}: see the warning about this. If workers run on other "
                    + "hosts, free the port there and restart rank 0; ")
            + $"if all run on this host, set LOCAL_WORLD_SIZE={options.WorldSize}.";
}
