using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Rendering;

/// <summary>The columns of a run's table at the width of one console.</summary>
/// <param name="columns">The columns of rows with the default settings.</param>
/// <param name="twins">The columns of rows with a setting, of the same total width.</param>
/// <param name="leftOut">A line that names the columns that are not shown; null if all are.</param>
internal sealed class TableLayout(TextColumns<ResultRow> columns, TextColumns<ResultRow> twins, string? leftOut)
{
    public IReadOnlyList<string> Head => columns.Head;

    public int Width => columns.Width;

    public string? LeftOut => leftOut;

    public string Line(ResultRow row) => (row.Setting is null ? columns : twins).Line(row);
}
