using System.Globalization;

namespace SecureCollectives.Cli.Pki;

/// <summary>Formats times as <c>pki</c> prints them: in UTC, to the second, which is the resolution in certificates.</summary>
internal static class UtcTime
{
    public static string Text(DateTimeOffset time)
        => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Formats a time span in its two largest units, such as "6 days 23 hours".</summary>
    public static string Left(TimeSpan span)
    {
        (int Count, string Unit)[] units = [(span.Days, "day"), (span.Hours, "hour"), (span.Minutes, "minute"), (span.Seconds, "second")];
        var parts = units.SkipWhile(unit => unit.Count == 0).Take(2)
            .Select(unit => string.Create(CultureInfo.InvariantCulture, $"{unit.Count} {unit.Unit}{(unit.Count == 1 ? "" : "s")}"));
        return string.Join(' ', parts);
    }
}
