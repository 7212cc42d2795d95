namespace SecureCollectives.Bench.Parameters;

/// <summary>The value of an option that takes comma-separated values. Formats as it is written on the command line.</summary>
/// <param name="values">The values, in the order given.</param>
/// <param name="describe">Formats a value as it is written on the command line.</param>
internal sealed class ValueList<T>(IReadOnlyList<T> values, Func<T, string> describe)
{
    public IReadOnlyList<T> Values { get; } = values;

    public override string ToString() => string.Join(',', Values.Select(describe));
}
