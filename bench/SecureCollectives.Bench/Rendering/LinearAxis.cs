namespace SecureCollectives.Bench.Rendering;

/// <summary>One linear axis of a panel: where values stand, in pixels.</summary>
/// <param name="least">The value at the start.</param>
/// <param name="greatest">The value at the end.</param>
/// <param name="start">Pixels.</param>
/// <param name="end">Pixels; less than the start for an axis that goes up.</param>
internal sealed class LinearAxis(double least, double greatest, double start, double end)
{
    /// <summary>The multiples of a step between its ends.</summary>
    public IEnumerable<double> Multiples(double step)
    {
        for (var i = (int)Math.Ceiling(least / step); i * step <= greatest; i++)
        {
            yield return i * step;
        }
    }

    /// <summary>A value beyond an end stands at that end.</summary>
    public double At(double value) => start + ((end - start) * (Math.Clamp(value, least, greatest) - least) / (greatest - least));
}
