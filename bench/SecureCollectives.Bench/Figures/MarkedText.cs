using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Figures;

/// <summary>A text in which a program keeps some sections: each stands between two comments, which name it.</summary>
internal static class MarkedText
{
    /// <summary>The text with other sections, all else as it was.</summary>
    /// <param name="path">Where it comes from, for the message.</param>
    /// <param name="text">The text.</param>
    /// <param name="sections">What stands between the comments with these names from now on.</param>
    /// <exception cref="CommandFailureException">A section has no place in it, or more than one.</exception>
    public static string With(string path, string text, IReadOnlyList<(string Name, string Content)> sections)
    {
        foreach (var (name, content) in sections)
        {
            var (begin, end) = ($"<!-- figures: {name} -->\n", $"<!-- end of figures: {name} -->");
            var parts = text.Split(begin);
            if (parts is not [var before, var rest] || rest.Split(end) is not [_, var after])
            {
                throw new CommandFailureException(ExitCode.Usage,
                    $"'{path}' needs the lines '{begin.TrimEnd()}' and '{end}', once each and in this order. The figures go between them.");
            }

            text = $"{before}{begin}{content}{end}{after}";
        }

        return text;
    }
}
