namespace SecureCollectives.Bench.Rendering;

/// <summary>A table as lines of fixed width, so that each can be printed when it is known and still stands under the others.</summary>
/// <param name="columns">From left to right; all are set to the right.</param>
internal sealed class TextColumns<TRow>(params IReadOnlyList<(string Title, string Unit, int Width, Func<TRow, string> Value)> columns)
{
    public IReadOnlyList<string> Head { get; } =
    [
        "#" + string.Concat(columns.Select(column => column.Title.PadLeft(column.Width)))[1..],
        "#" + string.Concat(columns.Select(column => column.Unit.PadLeft(column.Width)))[1..],
    ];

    public int Width { get; } = columns.Sum(column => column.Width);

    public string Line(TRow row) => string.Concat(columns.Select(column => column.Value(row).PadLeft(column.Width)));
}
