namespace SecureCollectives.Security.Sealing;

/// <summary>The result of opening a frame. Everything but <see cref="Ok"/> is final for the lane.</summary>
internal enum OpenStatus
{
    Ok,

    /// <summary>The version, kind, phase, flags or length of the header is invalid in this protocol.</summary>
    MalformedHeader,

    /// <summary>The counter of the header is not the next one: a replayed, reordered, dropped or spliced frame.</summary>
    WrongCounter,

    /// <summary>The tag is wrong: header or payload was altered, or sealed with other keys.</summary>
    AuthenticationFailed,

    /// <summary>An earlier frame of this lane was refused.</summary>
    AlreadyFailed,
}
