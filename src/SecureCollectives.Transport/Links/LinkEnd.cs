namespace SecureCollectives.Transport.Links;

/// <summary>Why a link has to be replaced.</summary>
/// <param name="Cause">In a word.</param>
/// <param name="Words">For people.</param>
internal sealed record LinkEnd(LinkEndCause Cause, string Words);
