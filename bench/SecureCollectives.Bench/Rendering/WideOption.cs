using System.CommandLine;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Rendering;

/// <summary>The option by which a terminal gets what a file gets: every column, in lines as long as they are.</summary>
internal sealed class WideOption
{
    private readonly Option<bool> _wide = new("--wide")
    {
        Description = "Prints all columns, in lines longer than the terminal. Default: those that fit; all where the output is a file.",
    };

    public void AddTo(Command command) => command.Options.Add(_wide);

    /// <summary>How many columns a line may have.</summary>
    public int WidthOf(ParseResult parsed) => parsed.GetValue(_wide) ? OutputWidth.Unlimited : OutputWidth.OfProcess();
}
