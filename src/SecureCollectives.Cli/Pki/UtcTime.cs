using System.Globalization;

namespace SecureCollectives.Cli.Pki;

/// <summary>Times as they are printed: in UTC, to the second, as in the certificate.</summary>
internal static class UtcTime
{
    public static string Text(DateTimeOffset time)
        => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The two largest units of a span, such as "6 days 23 hours".</summary>
    public static string Left(TimeSpan span)
    {
        (int Count, string Unit)[] units = [(span.Days, "day"), (span.Hours, "hour"), (span.Minutes, "minute"), (span.Seconds, "second")];
        var parts = units.SkipWhile(unit => unit.Count == 0).Take(2)
            .Select(unit => string.Create(CultureInfo.InvariantCulture, $"{unit.Count} {unit.Unit}{(unit.Count == 1 ? "" : "s")}"));
        return string.Join(' ', parts);
    }
}
