using SecureCollectives.Collectives;
using SecureCollectives.Membership;

namespace SecureCollectives;

/// <summary>Splits a communicator into smaller ones.</summary>
public static class CommunicatorGroups
{
    /// <summary>
    /// Splits the ranks into groups, as MPI_Comm_split does: ranks that pass the same colour form a communicator of their own, with its own
    /// links, keys and queue. Groups operate concurrently, whether called from one thread or from several.
    /// </summary>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="color">The number of the group that this rank joins, which can be any integer; null to join none.</param>
    /// <param name="key">Orders the members: by key, then by their rank in <paramref name="group"/>.</param>
    /// <param name="options">How the group's communicator works; the same on all of its members. Null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Cancels the call. While the ranks exchange their colours, cancelling aborts <paramref name="group"/> on all ranks; afterwards it
    /// cancels the attempt to open the new communicator.
    /// </param>
    /// <returns>
    /// The group's communicator, whose ranks are numbered from 0; null if this rank joins none. <see cref="Communicator.JobRanks"/> lists
    /// its members. Dispose it when done. It outlives <paramref name="group"/> and ends with the job.
    /// </returns>
    /// <exception cref="CollectiveException">The ranks could not exchange their colours.</exception>
    /// <exception cref="MembershipException">The group's communicator could not be opened; the message says why and what to do.</exception>
    /// <exception cref="ArgumentException">
    /// The group's id would exceed 255 bytes: it contains the ids of all communicators that it was split from.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The communicator has no job.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static async Task<Communicator?> SplitAsync(
        this Communicator group, int? color, int key = 0, CommunicatorOptions? options = null,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        var opener = group.Groups ?? throw new InvalidOperationException(
            "This communicator does not belong to a job, so it cannot open others.");
        var choices = new SplitChoice[group.Size];
        await group.AllGatherAsync<SplitChoice>(new[] { new SplitChoice(opener.NextSplit(), color is null ? 0 : 1, color ?? 0, key) },
            choices, cancellationToken).ConfigureAwait(false);
        var split = choices.Max(static choice => choice.Split);
        opener.CountUpTo(split);
        int[]? own = null;
        foreach (var members in choices.Index().Where(static choice => choice.Item.TakesPart != 0)
            .GroupBy(static choice => choice.Item.Color, static choice => (choice.Item.Key, Rank: choice.Index)))
        {
            int[] jobRanks = [.. members.Order().Select(member => group.JobRanks[member.Rank])];
            if (members.Key == color)
            {
                own = jobRanks;
            }
            else
            {
                opener.Know(Id(members.Key), jobRanks);
            }
        }

        return own is null
            ? null : await opener.OpenAsync(Id(color!.Value), own, options ?? new CommunicatorOptions(), cancellationToken)
                .ConfigureAwait(false);

        string Id(int ofColor) => GroupId.Of(group.Id, group.Instance.Span, split, ofColor);
    }
}
