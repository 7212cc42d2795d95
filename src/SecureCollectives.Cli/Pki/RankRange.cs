using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SecureCollectives.Cli.Pki;

/// <summary>The option <c>--rank</c>: a rank such as 2, or a range such as 0-3.</summary>
internal static class RankRange
{
    // Each rank costs a key pair and two files. The limit catches typos such as 0-100000.
    private const int MostAtOnce = 4096;

    public static Option<IReadOnlyList<int>> CreateOption() => new("--rank")
    {
        Description = "A rank such as 2, or a range such as 0-3.",
        HelpName = "RANK",
        Required = true,
        CustomParser = Parse,
    };

    private static IReadOnlyList<int> Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var ends = text.Split('-');
        if (ends.Length is 1 or 2
            && TryParse(ends[0], out var first)
            && TryParse(ends[^1], out var last)
            && last >= first
            && last - first < MostAtOnce)
        {
            return [.. Enumerable.Range(first, last - first + 1)];
        }

        result.AddError($"--rank must be a rank such as 2 or a range such as 0-3 of at most {MostAtOnce} ranks, not '{text}'.");
        return [];
    }

    private static bool TryParse(string text, out int rank) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rank);
}
