using System.Text;
using System.Text.Json;

namespace SecureCollectives.Bench.Results;

/// <summary>The report as JSON, schema 1.</summary>
/// <param name="Schema">The version of the format; changes when readers of the old format would misread the new one.</param>
/// <param name="Environment">The machine of rank 0.</param>
/// <param name="Parameters">The parameters of the run.</param>
/// <param name="Rows">The rows, in the order in which they were measured.</param>
internal sealed record JsonReport(int Schema, MachineDescription? Environment, RunParameters? Parameters, IReadOnlyList<ResultRow> Rows)
{
    private const int CurrentSchema = 1;

    public static JsonReport Of(MachineDescription? environment, RunParameters? parameters, IReadOnlyList<ResultRow> rows) =>
        new(CurrentSchema, environment, parameters, rows);

    /// <summary>Returns the report as UTF-8.</summary>
    public byte[] Write() => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, ReportContext.Default.JsonReport) + "\n");
}
