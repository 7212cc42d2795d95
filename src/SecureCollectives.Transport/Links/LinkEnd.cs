using SecureCollectives.Security.Keys;

namespace SecureCollectives.Transport.Links;

/// <summary>Why a link has to be replaced.</summary>
/// <param name="Cause">Any but <see cref="LinkCauseCode.Opening"/>.</param>
/// <param name="Words">What exactly was seen, for people; a part of a sentence.</param>
internal sealed record LinkEnd(LinkCauseCode Cause, string Words)
{
    /// <summary>Whether the link failed, which must not happen often.</summary>
    public bool IsBreakage => Cause is LinkCauseCode.Broken or LinkCauseCode.AuthenticationFailed;

    /// <summary>Whether it carries nothing any more. Otherwise it serves until another takes its place.</summary>
    public bool IsFinal => IsBreakage || Cause is LinkCauseCode.BytesCarried or LinkCauseCode.Demanded;

    /// <summary>An operation needs a link that is absent.</summary>
    public static LinkEnd Demanded { get; } = new(LinkCauseCode.Demanded, "an operation needs it");

    /// <summary>A connection ended or broke.</summary>
    public static LinkEnd Broken(string words) => new(LinkCauseCode.Broken, words);

    /// <summary>A frame or a TLS record failed authentication.</summary>
    public static LinkEnd AuthenticationFailed(string words) => new(LinkCauseCode.AuthenticationFailed, words);

    /// <summary>Its connections have carried as many bytes as their keys should.</summary>
    public static LinkEnd BytesCarried(long bytes) => new(LinkCauseCode.BytesCarried, $"one of its connections has carried {bytes} bytes");

    public override string ToString() => Words;
}
