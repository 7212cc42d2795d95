namespace SecureCollectives.Transport.Schedules;

/// <summary>Which of an operation's two buffers a <see cref="Region"/> lies in. In place, both are the same memory.</summary>
internal enum BufferRole : byte
{
    /// <summary>The caller's input; read only.</summary>
    Input,

    /// <summary>The caller's output.</summary>
    Output,
}
