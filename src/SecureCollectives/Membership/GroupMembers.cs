using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Membership;

/// <summary>The members of a communicator: all ranks of the job, or some of them, renumbered from 0.</summary>
internal sealed class GroupMembers
{
    /// <summary>The value of the parameter if all ranks are members.</summary>
    private const string Everybody = "all";

    private const int HashBytes = 16;

    private readonly int[] _jobRanks;

    private GroupMembers(int[] jobRanks, int rank, bool areAll) => (_jobRanks, Rank, AreAll) = (jobRanks, rank, areAll);

    /// <summary>This worker's rank in the communicator.</summary>
    public int Rank { get; }

    /// <summary>The number of members.</summary>
    public int Count => _jobRanks.Length;

    /// <summary>Whether all ranks of the job are members and keep their rank numbers.</summary>
    public bool AreAll { get; }

    /// <summary>Each member's rank in the job, indexed by its rank in the communicator.</summary>
    public IReadOnlyList<int> JobRanks => _jobRanks;

    /// <summary>The members as a parameter of the communicator, on which all members must agree.</summary>
    public string Parameter => AreAll
        ? Everybody
        : $"{Count}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(',', _jobRanks)))[..HashBytes])}";

    /// <summary>Returns the members of a communicator that spans the whole job.</summary>
    public static GroupMembers All(int rank, int worldSize) => new([.. Enumerable.Range(0, worldSize)], rank, areAll: true);

    /// <summary>Returns the members of a communicator that contains only some ranks of the job.</summary>
    /// <param name="jobRanks">The members' ranks in the job, including this worker's, ordered by their ranks in the group.</param>
    /// <param name="jobRank">This worker's rank in the job.</param>
    public static GroupMembers Some(int[] jobRanks, int jobRank) => new(jobRanks, Array.IndexOf(jobRanks, jobRank), areAll: false);
}
