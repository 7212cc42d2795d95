namespace SecureCollectives.Membership;

/// <summary>The back-off between attempts, which starts at 0.2 s and grows by a factor of 1.5 up to 2 s.</summary>
internal sealed class RetryPause
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private TimeSpan _next = First;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = _next * 1.5 < Longest ? _next * 1.5 : Longest;
        return pause;
    }
}
