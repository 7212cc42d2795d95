namespace SecureCollectives.Bench.Rendering;

/// <summary>A logarithmic axis of a panel: maps values to pixels.</summary>
/// <param name="least">The value at the start of the axis.</param>
/// <param name="greatest">The value at the end of the axis.</param>
/// <param name="start">The position of the start, in pixels.</param>
/// <param name="end">The position of the end, in pixels; less than the start for an axis that points up.</param>
internal sealed class LogAxis(double least, double greatest, double start, double end)
{
    /// <summary>The powers of ten between the ends of the axis.</summary>
    public IEnumerable<double> Decades
    {
        get
        {
            for (var power = (int)Math.Ceiling(Math.Log10(least) - 1e-9); Math.Pow(10, power) <= greatest * (1 + 1e-9); power++)
            {
                yield return Math.Pow(10, power);
            }
        }
    }

    /// <summary>Creates an axis from the power of ten below the smallest value to that above the largest.</summary>
    public static LogAxis Over(IReadOnlyCollection<double> values, double start, double end)
    {
        var (low, high) = (Math.Floor(Math.Log10(values.Min())), Math.Ceiling(Math.Log10(values.Max())));
        return new LogAxis(Math.Pow(10, low), Math.Pow(10, Math.Max(high, low + 1)), start, end);
    }

    /// <summary>The multiples 1, 2 and 5 of each power of ten between the ends of the axis.</summary>
    public IEnumerable<double> Steps => StepsBetween(least, greatest);

    /// <summary>
    /// Creates an axis from the step (1, 2 or 5 times a power of ten) below the smallest value to that above the largest.
    /// </summary>
    public static LogAxis OverSteps(IReadOnlyCollection<double> values, double start, double end)
    {
        var steps = StepsBetween(values.Min() / 10, values.Max() * 10).ToArray();
        return new LogAxis(steps.Last(step => step <= values.Min()), steps.First(step => step >= values.Max()), start, end);
    }

    public double At(double value) =>
        greatest > least ? start + ((end - start) * Math.Log(value / least) / Math.Log(greatest / least)) : (start + end) / 2;

    private static IEnumerable<double> StepsBetween(double low, double high)
    {
        for (var power = (int)Math.Floor(Math.Log10(low)); power <= Math.Log10(high); power++)
        {
            foreach (var digit in (int[])[1, 2, 5])
            {
                // Divide for negative powers: 1 / 10 is the double nearest to a tenth, but a product with Math.Pow(10, -1) may not be.
                var step = power < 0 ? digit / Math.Pow(10, -power) : digit * Math.Pow(10, power);
                if (step >= low && step <= high)
                {
                    yield return step;
                }
            }
        }
    }
}
