using SecureCollectives.Security.Keys;

namespace SecureCollectives.Transport.Links;

/// <summary>Why a link has to be replaced.</summary>
/// <param name="Cause">Any cause except <see cref="LinkCauseCode.Opening"/>.</param>
/// <param name="Words">Exactly what was observed, for logs and exceptions; part of a sentence.</param>
internal sealed record LinkEnd(LinkCauseCode Cause, string Words)
{
    /// <summary>Whether the link failed; the keeper limits how often that may happen.</summary>
    public bool IsBreakage => Cause is LinkCauseCode.Broken or LinkCauseCode.AuthenticationFailed;

    /// <summary>Whether the link can no longer carry anything. Otherwise it stays in use until its replacement is ready.</summary>
    public bool IsFinal => IsBreakage || Cause is LinkCauseCode.BytesCarried or LinkCauseCode.Demanded;

    /// <summary>The cause for opening an absent link that an operation needs.</summary>
    public static LinkEnd Demanded { get; } = new(LinkCauseCode.Demanded, "an operation needs it");

    /// <summary>Returns the cause for a connection that ended or broke.</summary>
    public static LinkEnd Broken(string words) => new(LinkCauseCode.Broken, words);

    /// <summary>Returns the cause for a frame or TLS record that failed authentication.</summary>
    public static LinkEnd AuthenticationFailed(string words) => new(LinkCauseCode.AuthenticationFailed, words);

    /// <summary>Returns the cause for a connection that has carried as many bytes as its keys allow.</summary>
    public static LinkEnd BytesCarried(long bytes) => new(LinkCauseCode.BytesCarried, $"one of its connections has carried {bytes} bytes");

    public override string ToString() => Words;
}
