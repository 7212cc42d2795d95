namespace SecureCollectives.Security.Sealing;

/// <summary>What opening a frame came to. Everything but <see cref="Ok"/> is final for the lane.</summary>
internal enum OpenStatus
{
    Ok,

    /// <summary>The header's version, kind, phase, flags or length is not of this protocol.</summary>
    MalformedHeader,

    /// <summary>The header's counter is not the next one: a replayed, reordered, dropped or spliced frame.</summary>
    WrongCounter,

    /// <summary>The tag does not verify: header or payload was altered, or sealed under other keys.</summary>
    AuthenticationFailed,

    /// <summary>An earlier frame of this lane was refused.</summary>
    AlreadyFailed,
}
