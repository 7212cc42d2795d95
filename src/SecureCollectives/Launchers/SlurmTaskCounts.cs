using System.Globalization;

namespace SecureCollectives.Launchers;

/// <summary>Reads Slurm's task counts per node, such as "2(x3),1": two tasks on each of three nodes, and one on the next.</summary>
internal static class SlurmTaskCounts
{
    /// <summary>Returns the number of tasks per node if it is the same on all nodes.</summary>
    /// <returns>Null if the numbers differ or the text is malformed.</returns>
    public static int? Common(string? counts)
    {
        int? common = null;
        foreach (var part in (counts ?? string.Empty).Split(','))
        {
            var digits = part.AsSpan(0, part.IndexOf('(', StringComparison.Ordinal) is var cut && cut < 0 ? part.Length : cut);
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1
                || (common is not null && common != count))
            {
                return null;
            }

            common = count;
        }

        return common;
    }
}
