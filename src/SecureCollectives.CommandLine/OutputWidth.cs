using System.Globalization;

namespace SecureCollectives.CommandLine;

/// <summary>The width of an output line, in columns.</summary>
internal static class OutputWidth
{
    /// <summary>The width if no terminal limits a line: in a file or a pipe.</summary>
    public const int Unlimited = 10_000;

    private const string Variable = "COLUMNS";
    private const int Narrowest = 40;
    private const int UsualTerminal = 80;

    /// <summary>Returns COLUMNS if it is set, otherwise the terminal's width, otherwise <see cref="Unlimited"/>.</summary>
    public static int OfProcess() =>
        Of(Environment.GetEnvironmentVariable(Variable), Console.IsOutputRedirected ? null : TerminalColumns());

    /// <summary>Returns the width for standard error, which the caller knows to be a terminal.</summary>
    public static int OfTerminal() => Of(Environment.GetEnvironmentVariable(Variable), TerminalColumns());

    /// <param name="columns">The value of COLUMNS, or null.</param>
    /// <param name="terminal">The terminal's width, 0 if it is unknown; null if the output is not a terminal.</param>
    public static int Of(string? columns, int? terminal)
    {
        if (int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out var chosen) && chosen > 0)
        {
            return Math.Clamp(chosen, Narrowest, Unlimited);
        }

        return terminal switch
        {
            null => Unlimited,
            0 => UsualTerminal,
            { } width => Math.Clamp(width, Narrowest, Unlimited),
        };
    }

    private static int TerminalColumns()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
