namespace SecureCollectives.Telemetry;

/// <summary>Size classes for calls, kept few to limit the number of time series. Each class is named after its largest size.</summary>
internal static class SizeClass
{
    private static readonly (long Most, string Name)[] Classes =
    [
        (4L << 10, "4KiB"), (64L << 10, "64KiB"), (1L << 20, "1MiB"), (16L << 20, "16MiB"), (256L << 20, "256MiB"),
        (long.MaxValue, "larger"),
    ];

    public static string Of(long bytes)
    {
        foreach (var (most, name) in Classes)
        {
            if (bytes <= most)
            {
                return name;
            }
        }

        return Classes[^1].Name;
    }
}
