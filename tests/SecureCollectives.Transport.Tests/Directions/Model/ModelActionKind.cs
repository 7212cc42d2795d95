namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Kinds of <see cref="ModelAction"/>.</summary>
internal enum ModelActionKind : byte
{
    /// <summary>A rank takes up its next operation.</summary>
    Begin,

    /// <summary>A rank makes a frame on a lane.</summary>
    Send,

    /// <summary>A rank takes the next frame from a lane, or the message that has come too early.</summary>
    Receive,

    /// <summary>A rank's operation is complete.</summary>
    End,

    /// <summary>A rank uses its link no more, for whatever reason, and says how far it has come.</summary>
    Surrender,

    /// <summary>A rank goes on over the new link.</summary>
    Attach,
}
