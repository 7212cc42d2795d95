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
                yield return Math.Pow(10, power);
        }
    }

    /// <summary>From the power of ten below the least value to that above the greatest.</summary>
    public static LogAxis Over(IReadOnlyCollection<double> values, double start, double end)
    {
        var (low, high) = (Math.Floor(Math.Log10(values.Min())), Math.Ceiling(Math.Log10(values.Max())));
        return new LogAxis(Math.Pow(10, low), Math.Pow(10, Math.Max(high, low + 1)), start, end);
    }

    public double At(double value) => greatest > least ? start + ((end - start) * Math.Log(value / least) / Math.Log(greatest / least)) : (start + end) / 2;
}
