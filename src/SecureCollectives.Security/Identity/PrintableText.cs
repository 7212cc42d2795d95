namespace SecureCollectives.Security.Identity;

/// <summary>Text that somebody else chose, made fit for a log line or a terminal: bounded, one line, no control characters.</summary>
internal static class PrintableText
{
    // Long enough for every identity a person would write, short enough that a log cannot be flooded.
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
