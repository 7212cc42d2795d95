namespace SecureCollectives.Membership;

/// <summary>
/// The number of channels of a communicator whose options do not set it. It is a function of the roster, so that all ranks compute the same
/// number. The rank with the fewest cores decides. A member that lies about its cores makes all ranks use few channels or many, which
/// affects neither their results nor the secrecy of their data.
/// </summary>
internal static class ChannelDefault
{
    /// <summary>
    /// A channel keeps a core busy while a large operation runs, and training needs the other cores. With 8 cores for each worker, 4
    /// channels took between half and two thirds of the time of 2 channels from 8 MiB on (bench/README.md).
    /// </summary>
    private const int CoresPerChannel = 2;

    /// <summary>Enough for one worker's share of a fast interface. Options can set a higher number.</summary>
    private const int Most = 4;

    /// <summary>Returns the number of channels.</summary>
    /// <param name="members">All ranks. Those that advertise the same address share the cores of a host.</param>
    public static int Of(IReadOnlyCollection<RosterMember> members)
    {
        var fewest = members
            .GroupBy(static member => member.EndPoint.Host, StringComparer.OrdinalIgnoreCase)
            .Min(static host => host.Min(static member => member.Cores) / host.Count());
        return members.Count == 1 ? 1 : Math.Clamp(fewest / CoresPerChannel, 1, Most);
    }
}
