using System.Text;

namespace SecureCollectives.CommandLine;

/// <summary>Breaks lines between words.</summary>
internal static class WrappedText
{
    private const string Comment = "#";

    /// <summary>Lines of at most <paramref name="width"/> columns, unless a word is longer; those of a comment are comments.</summary>
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
