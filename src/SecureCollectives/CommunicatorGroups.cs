using SecureCollectives.Collectives;
using SecureCollectives.Membership;

namespace SecureCollectives;

/// <summary>Communicators of some ranks.</summary>
public static class CommunicatorGroups
{
    /// <summary>
    /// Splits the ranks into groups: those that give the same color become a communicator of their own, with links, keys and a queue of
    /// their own. Groups work at the same time, from one thread or from several.
    /// </summary>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="color">Which group this rank wants to be in; null for none.</param>
    /// <param name="key">Members are ordered by key, and by their rank here where keys are alike.</param>
    /// <param name="options">How the group's communicator works; the same on all of its members. Null for the defaults.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks, and then gives the attempt to open the group up.</param>
    /// <returns>
    /// The group's communicator, whose ranks are counted from 0; null where this rank wanted none. Its <see cref="Communicator.JobRanks"/>
    /// say who they are; dispose it when done. It does not end with <paramref name="group"/>, but with the job.
    /// </returns>
    /// <exception cref="CollectiveException">The ranks could not agree.</exception>
    /// <exception cref="MembershipException">The group could not be opened; the message says why and what to do.</exception>
    /// <exception cref="ArgumentException">The group's id would be longer than 255 bytes: it holds the ids of all that it was split
    /// from.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static async Task<Communicator?> SplitAsync(
        this Communicator group, int? color, int key = 0, CommunicatorOptions? options = null,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        var opener = group.Groups ?? throw new InvalidOperationException("This communicator has no job that could open others.");
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
