using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>A transcript that differs in one field.</summary>
/// <param name="Change">Returns the changed transcript.</param>
/// <param name="IsOfResponder">Whether the responder creates the field itself, so that only the initiator can have a different
/// value.</param>
internal sealed record TranscriptVariation(Func<LinkTranscript, LinkTranscript> Change, bool IsOfResponder = false);
