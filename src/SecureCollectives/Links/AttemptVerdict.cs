using SecureCollectives.Framing;

namespace SecureCollectives.Links;

/// <summary>What follows from an attempt that failed.</summary>
/// <param name="Delay">How long to wait before the next.</param>
/// <param name="GiveUp">Why there is no next; null where there is.</param>
/// <param name="Words">What was seen, for people.</param>
internal readonly record struct AttemptVerdict(TimeSpan Delay, AbortReason? GiveUp, string Words);
