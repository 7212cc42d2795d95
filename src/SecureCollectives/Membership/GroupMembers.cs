using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Membership;

/// <summary>Who takes part in a communicator: all ranks of the job, or some of them, who are counted anew from 0.</summary>
internal sealed class GroupMembers
{
    /// <summary>What the parameters say where all take part.</summary>
    private const string Everybody = "all";

    private const int HashBytes = 16;

    private readonly int[] _jobRanks;

    private GroupMembers(int[] jobRanks, int rank, bool areAll) => (_jobRanks, Rank, AreAll) = (jobRanks, rank, areAll);

    /// <summary>This worker's rank in the communicator.</summary>
    public int Rank { get; }

    /// <summary>How many take part.</summary>
    public int Count => _jobRanks.Length;

    /// <summary>Whether they are all of the job's ranks, counted as there.</summary>
    public bool AreAll { get; }

    /// <summary>The job's rank of each.</summary>
    public IReadOnlyList<int> JobRanks => _jobRanks;

    /// <summary>As the parameters of the communicator have it, on which all members must agree.</summary>
    public string Parameter => AreAll
        ? Everybody
        : $"{Count}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(',', _jobRanks)))[..HashBytes])}";

    /// <summary>All ranks of a job.</summary>
    public static GroupMembers All(int rank, int worldSize) => new([.. Enumerable.Range(0, worldSize)], rank, areAll: true);

    /// <summary>Some ranks of a job.</summary>
    /// <param name="jobRanks">Which, in their order; this worker's among them.</param>
    /// <param name="jobRank">This worker's.</param>
    public static GroupMembers Some(int[] jobRanks, int jobRank) => new(jobRanks, Array.IndexOf(jobRanks, jobRank), areAll: false);
}
