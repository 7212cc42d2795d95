using System.Net;

namespace SecureCollectives.Membership;

/// <summary>Detects members that workers on other hosts can never reach, before any worker tries to connect.</summary>
internal static class LoopbackEndpoints
{
    /// <summary>Checks the endpoints of all members.</summary>
    /// <param name="members">All members, indexed by rank.</param>
    /// <param name="from">The address from which each member joined, as seen by rank 0; null for rank 0 itself.</param>
    /// <returns>Why these members cannot form a job; null if no problem was found.</returns>
    public static string? Refusal(IReadOnlyList<RosterMember> members, IReadOnlyList<IPAddress?> from)
    {
        int[] loopback = [.. Enumerable.Range(0, members.Count).Where(rank => IsOwnHostOnly(members[rank].EndPoint.Host))];
        if (loopback.Length == 0)
        {
            return null;
        }

        var distant = Enumerable.Range(0, members.Count).FirstOrDefault(
            rank => from[rank] is { } address && !LocalAddresses.IsLocal(address), -1);
        return distant < 0
            ? null
            : $"The job spans several hosts (rank {distant} joined from {from[distant]}), but {Ranks.Name(loopback).ToLowerInvariant()} "
                + $"advertised an address that only its own host reaches ({members[loopback[0]].EndPoint}). Set MASTER_ADDR to an address "
                + "of rank 0's host that all hosts reach, or set SECURE_COLLECTIVES_ADVERTISED_ADDRESS for these ranks.";
    }

    /// <summary>Connecting to the unspecified address, like connecting to loopback, reaches the connecting host itself.</summary>
    private static bool IsOwnHostOnly(string host) =>
        LocalAddresses.IsLoopback(host) || (IPAddress.TryParse(host, out var address) && HostPort.IsUnspecified(address));
}
