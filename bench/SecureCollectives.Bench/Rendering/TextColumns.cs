namespace SecureCollectives.Bench.Rendering;

/// <summary>
/// A table with columns of fixed width, so that each line can be printed as soon as it is known and still lines up with the others.
/// </summary>
/// <param name="columns">The columns from left to right; all are right-aligned.</param>
internal sealed class TextColumns<TRow>(params IReadOnlyList<(string Title, string Unit, int Width, Func<TRow, string> Value)> columns)
{
    public IReadOnlyList<string> Head { get; } =
    [
        "#" + LineOf(columns, column => column.Title)[1..],
        "#" + LineOf(columns, column => column.Unit)[1..],
    ];

    public int Width { get; } = columns.Sum(column => column.Width);

    /// <summary>The titles of the columns.</summary>
    public IReadOnlyList<string> Titles { get; } = [.. columns.Select(column => column.Title).Distinct()];

    /// <summary>Returns the most important columns that fit in a line, in this table's order.</summary>
    /// <param name="width">The maximum length of a line, in characters.</param>
    /// <param name="importance">All titles, the most important first. Columns with the same title are kept or dropped together.</param>
    public TextColumns<TRow> Within(int width, IReadOnlyList<string> importance)
    {
        if (Width <= width)
        {
            return this;
        }

        var left = width;
        var kept = new HashSet<string>();
        foreach (var title in importance)
        {
            var wanted = columns.Where(column => column.Title == title).Sum(column => column.Width);
            if (wanted <= left)
            {
                left -= wanted;
                kept.Add(title);
            }
        }

        return new TextColumns<TRow>([.. columns.Where(column => kept.Contains(column.Title))]);
    }

    /// <summary>Returns a line that names the columns of <paramref name="all"/> that <see cref="Within"/> left out; null if none.</summary>
    public string? LeftOut(TextColumns<TRow> all) => all.Titles.Except(Titles).ToArray() is { Length: > 0 } missing
        ? $"# columns that do not fit: {string.Join(", ", missing)}; --wide shows them" : null;

    public string Line(TRow row) => LineOf(columns, column => column.Value(row));

    /// <summary>A text that is too long for its column shifts the rest of the line to the right, separated by a space.</summary>
    private static string LineOf(
        IReadOnlyList<(string Title, string Unit, int Width, Func<TRow, string> Value)> columns,
        Func<(string Title, string Unit, int Width, Func<TRow, string> Value), string> textOf) =>
        string.Concat(columns.Select((column, place) =>
        {
            var text = textOf(column);
            return place > 0 && text.Length >= column.Width ? $" {text}" : text.PadLeft(column.Width);
        }));
}
