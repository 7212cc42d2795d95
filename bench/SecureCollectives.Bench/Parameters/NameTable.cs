namespace SecureCollectives.Bench.Parameters;

/// <summary>The values of an option by name, one per line. This table is the only place that knows the names.</summary>
internal sealed class NameTable<T>(params (string Name, T Value)[] entries)
{
    public IReadOnlyList<string> Names { get; } = [.. entries.Select(entry => entry.Name)];

    public string NameOf(T value) => entries.First(entry => Equals(entry.Value, value)).Name;

    public T this[string name] => entries.First(entry => entry.Name == name).Value;

    /// <summary>Returns the ways to complete a partly typed list with one more name.</summary>
    /// <param name="typed">Names separated by commas; the last may be incomplete.</param>
    public IEnumerable<string> Completions(string typed)
    {
        var complete = typed[..(typed.LastIndexOf(',') + 1)];
        return Names.Except(complete.Split(',')).Select(name => complete + name);
    }

    /// <summary>Checks a list of names: all must be known, and none may be repeated.</summary>
    /// <returns>What is wrong with the list; null if it is valid.</returns>
    public string? Check(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => !Names.Contains(name)) is { } unknown)
        {
            return $"does not accept '{unknown}'; choose from {string.Join(", ", Names)}";
        }

        return names.Count == 0 ? $"needs at least one of {string.Join(", ", Names)}"
            : names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } repeated ? $"names '{repeated.Key}' twice"
            : null;
    }
}
