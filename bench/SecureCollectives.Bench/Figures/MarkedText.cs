using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Figures;

/// <summary>Replaces sections of a text. Each section stands between two comments that name it.</summary>
internal static class MarkedText
{
    /// <summary>Returns the text with the given sections replaced and everything else unchanged.</summary>
    /// <param name="path">The file that the text comes from, for messages.</param>
    /// <param name="text">The text.</param>
    /// <param name="sections">The new content of each section, by name.</param>
    /// <exception cref="CommandFailureException">The comments around a section are missing from the text, or occur more than
    /// once.</exception>
    public static string With(string path, string text, IReadOnlyList<(string Name, string Content)> sections)
    {
        foreach (var (name, content) in sections)
        {
            var (begin, end) = ($"<!-- figures: {name} -->\n", $"<!-- end of figures: {name} -->");
            var parts = text.Split(begin);
            if (parts is not [var before, var rest] || rest.Split(end) is not [_, var after])
            {
                throw new CommandFailureException(ExitCode.Usage,
                    $"'{path}' needs the lines '{begin.TrimEnd()}' and '{end}', once each, in this order. The figures go between them.");
            }

            text = $"{before}{begin}{content}{end}{after}";
        }

        return text;
    }
}
