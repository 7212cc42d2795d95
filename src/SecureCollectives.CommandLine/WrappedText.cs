using System.Text;

namespace SecureCollectives.CommandLine;

/// <summary>Wraps a line of text between words.</summary>
internal static class WrappedText
{
    private const string Comment = "#";

    /// <summary>
    /// Returns lines of at most <paramref name="width"/> columns, except that a longer word gets a line to itself. Lines after the first
    /// are indented, and remain comments if the text is one.
    /// </summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        if (text.Length <= width)
        {
            yield return text;
            yield break;
        }

        var continued = text.StartsWith(Comment, StringComparison.Ordinal) ? $"{Comment}   " : "  ";
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear().Append(continued).Append(word);
            }
            else
            {
                line.Append(line.Length > 0 ? " " : "").Append(word);
            }
        }

        yield return line.ToString();
    }
}
