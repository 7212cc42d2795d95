namespace SecureCollectives.Membership;

/// <summary>
/// How many channels a communicator has whose options leave that open: a function of the roster, so that all ranks come to the same. The
/// rank with the fewest cores decides. A member that lies about its cores makes all others use few channels or many; neither touches what
/// they compute, nor who reads it.
/// </summary>
internal static class ChannelDefault
{
    /// <summary>
    /// A channel keeps a core busy while a large operation runs, and the training wants the others. With 8 cores for each worker, 4
    /// channels took between half and two thirds of the time of 2 from 8 MiB on (bench/README.md).
    /// </summary>
    private const int CoresPerChannel = 2;

    /// <summary>Enough for what one worker's share of a fast interface takes; who has measured more asks for more.</summary>
    private const int Most = 4;

    /// <param name="members">All ranks. Those that advertise one address share the cores of a host.</param>
    public static int Of(IReadOnlyCollection<RosterMember> members)
    {
        var fewest = members
            .GroupBy(static member => member.EndPoint.Host, StringComparer.OrdinalIgnoreCase)
            .Min(static host => host.Min(static member => member.Cores) / host.Count());
        return members.Count == 1 ? 1 : Math.Clamp(fewest / CoresPerChannel, 1, Most);
    }
}
