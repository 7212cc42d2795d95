using System.Globalization;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Grid;

/// <summary>How the survivors in a cell failed.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Bound">The time limit for each survivor.</param>
/// <param name="Slowest">The time that the slowest survivor took.</param>
/// <param name="Stall">The machine's longest stall in the survivor that came closest to the bound or exceeded it most.</param>
/// <param name="Complaints">What went wrong.</param>
/// <param name="Failures">What each survivor reported.</param>
internal sealed record GridResult(
    GridCell Cell, TimeSpan Bound, TimeSpan Slowest, TimeSpan Stall, IReadOnlyList<string> Complaints,
        IReadOnlyList<WorkerFailure> Failures)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Complaints.Count == 0 ? "ok  " : "FAIL")} {Cell.Name,-30} {Slowest.TotalSeconds,6:0.00} s of {Bound.TotalSeconds:0.0} s + "
            + $"{Stall.TotalMilliseconds:0} ms stall"
        + $"{string.Concat(Complaints.Select(complaint => $"\n       {complaint}"))}");
}
