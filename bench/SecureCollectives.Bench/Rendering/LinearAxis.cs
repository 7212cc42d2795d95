namespace SecureCollectives.Bench.Rendering;

/// <summary>A linear axis of a panel: maps values to pixels.</summary>
/// <param name="least">The value at the start of the axis.</param>
/// <param name="greatest">The value at the end of the axis.</param>
/// <param name="start">The position of the start, in pixels.</param>
/// <param name="end">The position of the end, in pixels; less than the start for an axis that points up.</param>
internal sealed class LinearAxis(double least, double greatest, double start, double end)
{
    /// <summary>Returns the multiples of a step between the ends of the axis.</summary>
    public IEnumerable<double> Multiples(double step)
    {
        for (var i = (int)Math.Ceiling(least / step); i * step <= greatest; i++)
        {
            yield return i * step;
        }
    }

    /// <summary>Returns the position of a value, in pixels. Values beyond an end are drawn at that end.</summary>
    public double At(double value) => start + ((end - start) * (Math.Clamp(value, least, greatest) - least) / (greatest - least));
}
