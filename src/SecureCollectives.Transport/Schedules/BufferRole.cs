namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// Names the one of an operation's two buffers in which a <see cref="Region"/> lies. An in-place operation uses the same memory for both.
/// </summary>
internal enum BufferRole : byte
{
    /// <summary>The caller's input; read only.</summary>
    Input,

    /// <summary>The caller's output.</summary>
    Output,
}
