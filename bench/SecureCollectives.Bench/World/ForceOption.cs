using System.CommandLine;

namespace SecureCollectives.Bench.World;

/// <summary>The option that starts a world even if it is too large for the machine's cores.</summary>
internal sealed class ForceOption
{
    public const string Name = "--force";

    private readonly Option<bool> _force = new(Name) { Description = "Starts more workers than the machine's cores can serve well." };

    public void AddTo(Command command) => command.Options.Add(_force);

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_force);
}
