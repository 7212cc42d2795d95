using System.Globalization;

namespace SecureCollectives.CommandLine;

/// <summary>How many columns a line of output may have.</summary>
internal static class OutputWidth
{
    /// <summary>Where no window limits a line: a file or a pipe.</summary>
    public const int Unlimited = 10_000;

    private const string Variable = "COLUMNS";
    private const int Narrowest = 40;
    private const int UsualTerminal = 80;

    /// <summary>COLUMNS where it is set; otherwise the terminal's; otherwise no limit.</summary>
    public static int OfProcess() =>
        Of(Environment.GetEnvironmentVariable(Variable), Console.IsOutputRedirected ? null : TerminalColumns());

    /// <summary>The width of the terminal that standard error is on.</summary>
    public static int OfTerminal() => Of(Environment.GetEnvironmentVariable(Variable), TerminalColumns());

    /// <param name="columns">The variable's value, or null.</param>
    /// <param name="terminal">The terminal's width, 0 where it does not say; null where the output is none.</param>
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
