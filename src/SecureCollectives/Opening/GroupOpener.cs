using SecureCollectives.Membership;

namespace SecureCollectives.Opening;

/// <summary>Opens the communicators into which the ranks of another split.</summary>
/// <param name="jobRank">This worker's rank in the job.</param>
/// <param name="open">Opens one, as the job opens others: (id, members, options, token).</param>
/// <param name="know">Told of the id and the members of one that this worker takes no part in: when it fails, this worker may have to say
/// who is to blame.</param>
internal sealed class GroupOpener(
    int jobRank, Func<string, GroupMembers, CommunicatorOptions, CancellationToken, Task<Communicator>> open, Action<string, int[]> know)
{
    private int _splits;

    /// <summary>The number of the next split. Where an earlier one was refused on some ranks, the greatest counts.</summary>
    public int NextSplit() => Interlocked.Increment(ref _splits);

    /// <summary>So many splits there were.</summary>
    public void CountUpTo(int split)
    {
        int known;
        while ((known = Volatile.Read(ref _splits)) < split)
        {
            Interlocked.CompareExchange(ref _splits, split, known);
        }
    }

    /// <summary>Opens the group that this worker is in.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="jobRanks">The job's rank of each member, in their order.</param>
    /// <param name="options">How it works.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    public Task<Communicator> OpenAsync(string id, int[] jobRanks, CommunicatorOptions options, CancellationToken cancellationToken) =>
        open(id, GroupMembers.Some(jobRanks, jobRank), options, cancellationToken);

    /// <summary>Takes note of a group that this worker is not in.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="jobRanks">The job's rank of each member.</param>
    public void Know(string id, int[] jobRanks) => know(id, jobRanks);
}
