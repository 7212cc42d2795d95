using System.Globalization;

namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>One round of one worker: a call and its result.</summary>
/// <param name="Number">The round's number, from 0.</param>
/// <param name="Started">When the call started, on the monotonic clock that all processes share.</param>
/// <param name="Ended">When the call returned.</param>
/// <param name="Heals">Links that this worker has healed so far.</param>
/// <param name="Replacements">Links that it has replaced so far, including healed ones.</param>
/// <param name="Digest">The digest of the result.</param>
internal sealed record Round(int Number, long Started, long Ended, long Heals, long Replacements, string Digest)
{
    public const string Word = "round";

    public static Round Parse(string line)
    {
        var parts = line.Split(' ');
        return new Round((int)Value(1), Value(2), Value(3), Value(4), Value(5), parts[6]);

        long Value(int part) => long.Parse(parts[part], CultureInfo.InvariantCulture);
    }
}
