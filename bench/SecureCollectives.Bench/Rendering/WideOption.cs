using System.CommandLine;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Rendering;

/// <summary>The option that prints all columns on a terminal, in lines of any length, as in a file.</summary>
internal sealed class WideOption
{
    private readonly Option<bool> _wide = new("--wide")
    {
        Description = "Prints all columns, in lines longer than the terminal. Default: those that fit; all if the output is a file.",
    };

    public void AddTo(Command command) => command.Options.Add(_wide);

    /// <summary>Returns the maximum length of a line, in characters.</summary>
    public int WidthOf(ParseResult parsed) => parsed.GetValue(_wide) ? OutputWidth.Unlimited : OutputWidth.OfProcess();
}
