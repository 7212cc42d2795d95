using System.Globalization;

namespace SecureCollectives.Rpc.Wire;

/// <summary>The <c>grpc-timeout</c> header: at most eight digits and a unit, H M S m u n.</summary>
internal static class CallTimeout
{
    /// <summary>Timers take no longer time than this; a longer timeout is as good as none.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    private const int MaxDigits = 8;
    private const long MaxValue = 99_999_999;
    private const int NanosecondsPerTick = 100;

    /// <summary>From the finest unit to the coarsest that a tick count divides into.</summary>
    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>The finest unit that holds the value in eight digits; rounded up, so that it never becomes zero.</summary>
    public static string Format(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        if (timeout.Ticks <= MaxValue / NanosecondsPerTick)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{timeout.Ticks * NanosecondsPerTick}n");
        }

        foreach ((char unit, long ticks) in Units)
        {
            long value = (timeout.Ticks / ticks) + (timeout.Ticks % ticks == 0 ? 0 : 1);
            if (value <= MaxValue)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{MaxValue}H");
    }

    public static bool TryParse(string header, out TimeSpan timeout)
    {
        timeout = default;
        if (header.Length is < 2 or > MaxDigits + 1
            || !uint.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint value))
        {
            return false;
        }

        char unit = header[^1];
        if (unit == 'n')
        {
            timeout = TimeSpan.FromTicks((value + NanosecondsPerTick - 1) / NanosecondsPerTick);
            return true;
        }

        foreach ((char candidate, long ticks) in Units)
        {
            if (candidate == unit)
            {
                // Eight digits of hours are 3.6e18 ticks, below the 9.2e18 of a TimeSpan.
                timeout = TimeSpan.FromTicks(value * ticks);
                return true;
            }
        }

        return false;
    }
}
