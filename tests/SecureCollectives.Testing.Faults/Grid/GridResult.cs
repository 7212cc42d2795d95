using System.Globalization;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Grid;

/// <summary>How the survivors of a cell ended.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Bound">Within what time each had to.</param>
/// <param name="Slowest">What the slowest took.</param>
/// <param name="Stall">What the machine let the one that exceeded the bound most wait.</param>
/// <param name="Complaints">What should not be.</param>
/// <param name="Failures">What each said.</param>
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
