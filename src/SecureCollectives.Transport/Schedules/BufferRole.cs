namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// Identifies which of an operation's two buffers holds a <see cref="Region"/>. An in-place operation uses the same memory for both.
/// </summary>
internal enum BufferRole : byte
{
    /// <summary>The caller's input; read only.</summary>
    Input,

    /// <summary>The caller's output.</summary>
    Output,
}
