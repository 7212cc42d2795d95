using SecureCollectives.Framing;

namespace SecureCollectives.Links;

/// <summary>The consequence of a failed attempt.</summary>
/// <param name="Delay">The time to wait before the next attempt.</param>
/// <param name="GiveUp">Why there is no next attempt; null if there is one.</param>
/// <param name="Words">What was observed, for logs and failures.</param>
internal readonly record struct AttemptVerdict(TimeSpan Delay, AbortReason? GiveUp, string Words);
