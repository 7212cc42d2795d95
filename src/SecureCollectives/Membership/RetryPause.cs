namespace SecureCollectives.Membership;

/// <summary>The pauses between tries of one thing: 0.2 s at first, half as long again each time, 2 s at most.</summary>
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
