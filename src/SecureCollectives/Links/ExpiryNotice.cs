namespace SecureCollectives.Links;

/// <summary>Determines when to log that a certificate is about to expire.</summary>
internal static class ExpiryNotice
{
    private const int Part = 10;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="seen">When the certificate was first seen.</param>
    /// <param name="notAfter">When the certificate expires.</param>
    /// <returns>One hour before it expires, or when a tenth of its remaining life is left, whichever is later.</returns>
    public static DateTimeOffset At(DateTimeOffset seen, DateTimeOffset notAfter)
    {
        var tenth = (notAfter - seen) / Part;
        return notAfter - (tenth < Longest ? tenth : Longest);
    }
}
