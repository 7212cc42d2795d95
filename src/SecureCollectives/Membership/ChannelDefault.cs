namespace SecureCollectives.Membership;

/// <summary>
/// The default number of channels of a communicator. It is computed from the roster alone, so all ranks arrive at the same number. The rank
/// with the fewest cores determines it. A member that lies about its cores can make all ranks use too few or too many channels, but this
/// affects neither their results nor the secrecy of their data.
/// </summary>
internal static class ChannelDefault
{
    /// <summary>
    /// A channel keeps a core busy during a large operation, and training needs the other cores. With 8 cores per worker and operations of
    /// 8 MiB or more, 4 channels took between half and two thirds of the time that 2 channels took (bench/README.md).
    /// </summary>
    private const int CoresPerChannel = 2;

    /// <summary>Enough to saturate one worker's share of a fast interface. A higher number can be set in the options.</summary>
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
