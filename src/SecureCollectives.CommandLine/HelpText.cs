using System.CommandLine;
using System.CommandLine.Help;

namespace SecureCollectives.CommandLine;

/// <summary>
/// Fits help to the terminal: each paragraph becomes one line, which System.CommandLine wraps; indented examples are kept as they are.
/// </summary>
internal static class HelpText
{
    /// <summary>The maximum line length in columns if no terminal limits it: longer lines are hard to read.</summary>
    private const int WidestText = 120;

    public static void Fit(Command root, int width)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction help)
            {
                help.MaxWidth = Math.Min(width, WidestText);
            }
        }

        Unwrap(root);
    }

    /// <summary>
    /// Shortens each verb's description to its first paragraph: the list of verbs has little room, and a verb's own help shows the full
    /// description.
    /// </summary>
    /// <param name="command">The command whose help may be shown.</param>
    public static void Summarise(Command command)
    {
        foreach (var verb in command.Subcommands)
        {
            verb.Description = verb.Description?.Split("\n\n")[0];
        }
    }

    /// <summary>Joins the lines of each paragraph.</summary>
    public static string Unwrap(string text)
    {
        var lines = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            if (lines is [.., var last] && IsProse(last) && IsProse(line))
            {
                lines[^1] = $"{last} {line}";
            }
            else
            {
                lines.Add(line);
            }
        }

        return string.Join('\n', lines);
    }

    private static void Unwrap(Command command)
    {
        command.Description = command.Description is { } text ? Unwrap(text) : null;
        foreach (var verb in command.Subcommands)
        {
            Unwrap(verb);
        }
    }

    private static bool IsProse(string line) => line.Length > 0 && line[0] != ' ';
}
