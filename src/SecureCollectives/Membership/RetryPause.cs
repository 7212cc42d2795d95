namespace SecureCollectives.Membership;

/// <summary>The pauses between attempts: 0.2 s at first, 1.5 times as long each time, at most 2 s.</summary>
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
