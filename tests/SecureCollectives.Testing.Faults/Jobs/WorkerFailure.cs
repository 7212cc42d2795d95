using System.Globalization;

namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>How a worker's calls ended.</summary>
/// <param name="Rank">Which worker.</param>
/// <param name="At">By the monotonic clock.</param>
/// <param name="Stall">For how long at most the machine let this process wait meanwhile.</param>
/// <param name="Error">What happened.</param>
/// <param name="Culprit">The rank held responsible, null where the error has none.</param>
/// <param name="Other">The other rank of a pair.</param>
/// <param name="Message">The words.</param>
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

    /// <summary>Whether it says that this rank, and no other, is to blame.</summary>
    public bool Names(int rank) => Culprit is { } culprit ? culprit == rank && Other is null : NamesInWords(rank);

    /// <summary>Who could not join or open says whom it missed in words alone.</summary>
    private bool NamesInWords(int rank) => System.Text.RegularExpressions.Regex.IsMatch(
        Message, string.Create(CultureInfo.InvariantCulture, $@"\b[Rr]ank {rank}\b|\b[Rr]anks ([\d, ]|and )*\b{rank}\b"));
}
