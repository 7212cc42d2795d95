namespace SecureCollectives.Bench.Parameters;

/// <summary>The values of an option by their names: one line a value, and nothing else knows a name.</summary>
internal sealed class NameTable<T>(params (string Name, T Value)[] entries)
{
    public IReadOnlyList<string> Names { get; } = [.. entries.Select(entry => entry.Name)];

    public string NameOf(T value) => entries.First(entry => Equals(entry.Value, value)).Name;

    public T this[string name] => entries.First(entry => entry.Name == name).Value;

    /// <summary>What a half-typed list can become with one more name.</summary>
    /// <param name="typed">Names separated by commas, the last one perhaps incomplete.</param>
    public IEnumerable<string> Completions(string typed)
    {
        var complete = typed[..(typed.LastIndexOf(',') + 1)];
        return Names.Except(complete.Split(',')).Select(name => complete + name);
    }

    /// <summary>Reads names separated by commas; each may stand there once.</summary>
    /// <returns>Null, or what is wrong with the list.</returns>
    public string? Check(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => !Names.Contains(name)) is { } unknown)
        {
            return $"knows no '{unknown}'; there is {string.Join(", ", Names)}";
        }

        return names.Count == 0 ? $"needs at least one of {string.Join(", ", Names)}"
            : names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } repeated ? $"names '{repeated.Key}' twice"
            : null;
    }
}
