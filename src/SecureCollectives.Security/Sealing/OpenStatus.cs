namespace SecureCollectives.Security.Sealing;

/// <summary>The result of opening a frame. Any value but <see cref="Ok"/> is final for the lane.</summary>
internal enum OpenStatus
{
    Ok,

    /// <summary>The header's version, kind, phase, flags or length is invalid in this protocol.</summary>
    MalformedHeader,

    /// <summary>
    /// The header's counter is not the next one: the frame was replayed, reordered or spliced, or an earlier one dropped.
    /// </summary>
    WrongCounter,

    /// <summary>The tag is wrong: the header or payload was altered, or the frame was sealed under other keys.</summary>
    AuthenticationFailed,

    /// <summary>An earlier frame on this lane was refused.</summary>
    AlreadyFailed,
}
