using SecureCollectives.Membership;

namespace SecureCollectives.Opening;

/// <summary>Opens the communicators into which another one is split.</summary>
/// <param name="jobRank">The rank of this worker, in the job.</param>
/// <param name="open">Opens a communicator of the job: (id, members, options, token).</param>
/// <param name="know">
/// Called with the id and members of a communicator that does not include this worker. If that communicator fails, this worker may have to
/// arbitrate.
/// </param>
internal sealed class GroupOpener(
    int jobRank, Func<string, GroupMembers, CommunicatorOptions, CancellationToken, Task<Communicator>> open, Action<string, int[]> know)
{
    private int _splits;

    /// <summary>
    /// Returns the number of the next split. If a call was refused on some ranks only, their numbers differ, and the greatest is used.
    /// </summary>
    public int NextSplit() => Interlocked.Increment(ref _splits);

    /// <summary>Raises the count of splits to at least this number.</summary>
    public void CountUpTo(int split)
    {
        int known;
        while ((known = Volatile.Read(ref _splits)) < split)
        {
            Interlocked.CompareExchange(ref _splits, split, known);
        }
    }

    /// <summary>Opens the group of which this worker is a member.</summary>
    /// <param name="id">The id of the group's communicator.</param>
    /// <param name="jobRanks">The job rank of each member, in member order.</param>
    /// <param name="options">How the group's communicator works.</param>
    /// <param name="cancellationToken">Cancels the attempt; links that are open already are closed.</param>
    public Task<Communicator> OpenAsync(string id, int[] jobRanks, CommunicatorOptions options, CancellationToken cancellationToken) =>
        open(id, GroupMembers.Some(jobRanks, jobRank), options, cancellationToken);

    /// <summary>Records a group of which this worker is not a member.</summary>
    /// <param name="id">The id of the group's communicator.</param>
    /// <param name="jobRanks">The job rank of each member.</param>
    public void Know(string id, int[] jobRanks) => know(id, jobRanks);
}
