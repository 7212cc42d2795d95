namespace SecureCollectives.Bench.Rendering;

/// <summary>A table as lines of fixed width, so that each can be printed when it is known and still stands under the others.</summary>
/// <param name="columns">From left to right; all are set to the right.</param>
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

    /// <summary>The columns that fit into lines of a width, by their importance and in this table's order.</summary>
    /// <param name="width">Of a line.</param>
    /// <param name="importance">Titles of all columns; those that matter most come first. Columns of one title stay together.</param>
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

    /// <summary>Says what <see cref="Within"/> left out of <paramref name="all"/>; null where that is nothing.</summary>
    public string? LeftOut(TextColumns<TRow> all) => all.Titles.Except(Titles).ToArray() is { Length: > 0 } missing
        ? $"# columns that do not fit: {string.Join(", ", missing)}; --wide shows them" : null;

    public string Line(TRow row) => LineOf(columns, column => column.Value(row));

    /// <summary>A text that fills its column moves the line's rest to the right; it never touches its neighbour.</summary>
    private static string LineOf(
        IReadOnlyList<(string Title, string Unit, int Width, Func<TRow, string> Value)> columns,
        Func<(string Title, string Unit, int Width, Func<TRow, string> Value), string> textOf) =>
        string.Concat(columns.Select((column, place) =>
        {
            var text = textOf(column);
            return place > 0 && text.Length >= column.Width ? $" {text}" : text.PadLeft(column.Width);
        }));
}
