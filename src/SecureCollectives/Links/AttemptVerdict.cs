using SecureCollectives.Framing;

namespace SecureCollectives.Links;

/// <summary>What to do after a failed attempt.</summary>
/// <param name="Delay">The time to wait before the next attempt.</param>
/// <param name="GiveUp">Why to give up; null to try again.</param>
/// <param name="Words">A description of the failure, for logs and error messages.</param>
internal readonly record struct AttemptVerdict(TimeSpan Delay, AbortReason? GiveUp, string Words);
