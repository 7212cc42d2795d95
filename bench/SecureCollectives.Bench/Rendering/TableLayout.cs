using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Rendering;

/// <summary>The columns of a run's table on one console.</summary>
/// <param name="columns">Of rows with the default settings.</param>
/// <param name="twins">Of rows with a setting: as wide.</param>
/// <param name="leftOut">Says which columns are not shown; null where all are.</param>
internal sealed class TableLayout(TextColumns<ResultRow> columns, TextColumns<ResultRow> twins, string? leftOut)
{
    public IReadOnlyList<string> Head => columns.Head;

    public int Width => columns.Width;

    public string? LeftOut => leftOut;

    public string Line(ResultRow row) => (row.Setting is null ? columns : twins).Line(row);
}
