namespace SecureCollectives.Bench.Parameters;

/// <summary>The value of an option that takes several values separated by commas, in the form in which it is written.</summary>
/// <param name="values">In the order in which they were given.</param>
/// <param name="describe">Writes one as it is read.</param>
internal sealed class ValueList<T>(IReadOnlyList<T> values, Func<T, string> describe)
{
    public IReadOnlyList<T> Values { get; } = values;

    public override string ToString() => string.Join(',', Values.Select(describe));
}
