namespace SecureCollectives.Bench.Parameters;

/// <summary>The value of an option that takes names. Formats as it is written on the command line.</summary>
internal sealed class NameList(IReadOnlyList<string> names)
{
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>Splits a text at commas.</summary>
    public static NameList Read(string text) =>
        new(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    public override string ToString() => string.Join(',', Names);
}
