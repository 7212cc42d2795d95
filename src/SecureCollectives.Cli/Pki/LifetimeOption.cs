using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SecureCollectives.Cli.Pki;

/// <summary>The option <c>--lifetime</c>: a whole number and its unit, such as 90m, 24h or 7d.</summary>
internal static class LifetimeOption
{
    // Certificates cannot be revoked, so they should be short-lived. A lifetime of more than ten years is surely a mistake.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public static Option<TimeSpan?> Create(string description, TimeSpan defaultValue) => new("--lifetime")
    {
        Description = string.Create(
            CultureInfo.InvariantCulture, $"{description} Examples: 90m, 24h, 7d. Default: {defaultValue.TotalHours}h."),
        HelpName = "TIME",
        CustomParser = Parse,
    };

    private static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        TimeSpan? unit = text is [.., var last]
            ? last switch
            {
                'm' => TimeSpan.FromMinutes(1),
                'h' => TimeSpan.FromHours(1),
                'd' => TimeSpan.FromDays(1),
                _ => null,
            }
            : null;
        if (unit is { } one
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0
            && count <= Longest / one)
        {
            return one * count;
        }

        result.AddError($"--lifetime must be a duration such as 90m, 24h or 7d, up to 3650d, not '{text}'.");
        return null;
    }
}
