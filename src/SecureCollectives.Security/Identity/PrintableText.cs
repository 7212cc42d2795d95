namespace SecureCollectives.Security.Identity;

/// <summary>Makes foreign text safe for a log line or a terminal: bounded, on one line, without control characters.</summary>
internal static class PrintableText
{
    // Long enough for any reasonable identity, short enough not to flood a log.
    private const int MaxLength = 160;

    public static string Of(string text, int maxLength = MaxLength)
    {
        var cut = text.Length > maxLength;
        var head = cut ? text[..maxLength] : text;
        var printable = string.Create(head.Length, head, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
            }
        });
        return cut ? printable + "..." : printable;
    }
}
