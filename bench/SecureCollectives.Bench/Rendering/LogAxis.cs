namespace SecureCollectives.Bench.Rendering;

/// <summary>One logarithmic axis of a panel: where values stand, in pixels.</summary>
/// <param name="least">The value at the start.</param>
/// <param name="greatest">The value at the end.</param>
/// <param name="start">Pixels.</param>
/// <param name="end">Pixels; less than the start for an axis that goes up.</param>
internal sealed class LogAxis(double least, double greatest, double start, double end)
{
    /// <summary>The powers of ten between its ends.</summary>
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

    /// <summary>From the power of ten below the least value to that above the greatest.</summary>
    public static LogAxis Over(IReadOnlyCollection<double> values, double start, double end)
    {
        var (low, high) = (Math.Floor(Math.Log10(values.Min())), Math.Ceiling(Math.Log10(values.Max())));
        return new LogAxis(Math.Pow(10, low), Math.Pow(10, Math.Max(high, low + 1)), start, end);
    }

    /// <summary>The 1, 2 and 5 of each power of ten between its ends.</summary>
    public IEnumerable<double> Steps => StepsBetween(least, greatest);

    /// <summary>From the 1, 2 or 5 of a power of ten below the least value to that above the greatest.</summary>
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
                // By division, so that a tenth is the nearest double to a tenth.
                var step = power < 0 ? digit / Math.Pow(10, -power) : digit * Math.Pow(10, power);
                if (step >= low && step <= high)
                {
                    yield return step;
                }
            }
        }
    }
}
