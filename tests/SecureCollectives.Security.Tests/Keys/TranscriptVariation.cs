using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>A transcript that differs in one field.</summary>
/// <param name="Change">Makes it.</param>
/// <param name="IsOfResponder">Whether the field is one that the responder makes itself, so that only the initiator can have another
/// picture of it.</param>
internal sealed record TranscriptVariation(Func<LinkTranscript, LinkTranscript> Change, bool IsOfResponder = false);
