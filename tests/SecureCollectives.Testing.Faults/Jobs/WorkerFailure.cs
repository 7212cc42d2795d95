using System.Globalization;

namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>How a worker's calls failed.</summary>
/// <param name="Rank">The worker's rank.</param>
/// <param name="At">The time of the failure, on the monotonic clock.</param>
/// <param name="Stall">The longest time for which the machine did not schedule this process.</param>
/// <param name="Error">The kind of error.</param>
/// <param name="Culprit">The rank held responsible; null if the error names none.</param>
/// <param name="Other">The other rank, if a pair is responsible.</param>
/// <param name="Message">The error message.</param>
internal sealed record WorkerFailure(int Rank, long At, TimeSpan Stall, string Error, int? Culprit, int? Other, string Message)
{
    public const string Word = "failed";

    private const int Parts = 7;

    public static WorkerFailure Parse(int rank, string line)
    {
        var parts = line.Split(' ', Parts);
        return new WorkerFailure(rank, Value(1), TimeSpan.FromMilliseconds(Value(2)), parts[3], RankOf(4), RankOf(5), parts[6]);

        long Value(int part) => long.Parse(parts[part], CultureInfo.InvariantCulture);

        int? RankOf(int part) => Value(part) is >= 0 and var number ? (int)number : null;
    }

    /// <summary>Returns whether the failure blames this rank and no other.</summary>
    public bool Names(int rank) => Culprit is { } culprit ? culprit == rank && Other is null : NamesInWords(rank);

    /// <summary>A worker that could not join or open names the missing rank only in its message.</summary>
    private bool NamesInWords(int rank) => System.Text.RegularExpressions.Regex.IsMatch(
        Message, string.Create(CultureInfo.InvariantCulture, $@"\b[Rr]ank {rank}\b|\b[Rr]anks ([\d, ]|and )*\b{rank}\b"));
}
